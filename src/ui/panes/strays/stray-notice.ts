import { type Stray, strayTitle } from "../../../model/stray.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";

/** One row while a person is asked about strays: of which services, and the key that shows them. Nothing else is a row of it. */
export function strayNotice(strays: readonly Stray[], keys: KeyTable, width: number, theme: Theme): Span[][] {
  const asked = strays.filter((stray) => stray.standing === "asked");
  const [first] = asked;
  if (first === undefined) return [];
  const { role, glyphs } = theme;
  const key = keys.find((b) => b.id === "strays")?.keys[0];
  const services = [...new Set(asked.map((stray) => cleanText(stray.service)))];
  const which = services.length > 2 ? `${services.length} services` : services.join(" and ");
  const what =
    asked.length === 1
      ? `${cleanText(strayTitle(first))} may be ${which} already`
      : `${asked.length} ${asked.every(isProcess) ? "processes" : "strays"} may be ${which} already`;
  const row = (text: string, look: string): Span[] => [
    { text: ` ${glyphs.bad} ${text}: `, style: role.warn },
    ...(key === undefined
      ? [{ text: "orchestra strays", style: role.strong }]
      : [
          { text: look, style: role.warn },
          { text: key, style: role.key },
        ]),
    { text: " " },
  ];
  const rows = [row(what, "press "), row(`strays of ${which}`, "press "), row("strays", "press ")];
  return [rows.find((spans) => spansWidth(spans) <= width) ?? row("strays", "")];
}

function isProcess({ container }: Stray): boolean {
  return container === null;
}
