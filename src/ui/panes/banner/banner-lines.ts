import type { Diagnostic } from "../../../model/diagnostic.ts";
import type { FleetSnapshot } from "../../../model/snapshot.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { counted } from "../../text/amount.ts";
import { cut, displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { describeDiagnostic } from "./describe-diagnostic.ts";

interface BannerParts {
  snapshot: FleetSnapshot | null;
  /** In the user's own settings. */
  mistakes: readonly Diagnostic[];
  keys: KeyTable;
  size: { columns: number; rows: number };
  theme: Theme;
}

/** From here on what is wrong in the settings may take two rows. */
const roomyRows = 20;
const narrowBelow = 60;

/**
 * What stays below the header until it is mended. While the config has mistakes: how many, and the first; the last good one stays in force
 * meanwhile. The same for the user's own settings, which a person may also have seen enough of.
 */
export function bannerLines(parts: BannerParts): Span[][] {
  return [...configLines(parts), ...settingsLines(parts)];
}

function configLines({ snapshot, theme: { glyphs, role } }: BannerParts): Span[][] {
  // Without a service there is room to show all of them.
  if (snapshot === null || snapshot.services.length === 0) return [];
  const errors = snapshot.diagnostics.filter((d) => d.severity === "error");
  const [first] = errors;
  if (first === undefined) return [];
  return [
    [
      { text: ` ${glyphs.bad} ${counted(errors.length, "mistake")} in the config  `, style: role.alarm },
      { text: describeDiagnostic(first, snapshot.root), style: role.bad },
    ],
  ];
}

function settingsLines({ mistakes, keys, size: { columns, rows }, theme: { glyphs, role } }: BannerParts): Span[][] {
  const [first] = mistakes;
  if (first === undefined) return [];
  const isNarrow = columns < narrowBelow;
  const what = isNarrow ? "settings" : `${counted(mistakes.length, "mistake")} in your settings`;
  const head = ` ${glyphs.bad} ${what}  `;
  const folder = first.location?.file.replace(/[^/]*$/, "").replace(/\/$/, "") ?? "";
  const all = mistakes.length === 1 ? "" : `  all ${mistakes.length}: orchestra check`;
  const back = keys.find((b) => b.id === "back")?.keys[0];
  const hides = back === undefined ? "" : `  ${back} hides this`;
  const text = describeDiagnostic(first, isNarrow ? folder : "") + all + hides;
  const [row, more] = rows < roomyRows ? [text, ""] : splitAtBlank(text, columns - displayWidth(head) - 1);
  return [
    [
      { text: head, style: role.alarm },
      { text: row, style: role.bad },
    ],
    ...(more === "" ? [] : [[{ text: `   ${more}`, style: role.bad }]]),
  ];
}

/** The words that fit into `width` columns, and the rest; all of it where it fits. */
function splitAtBlank(text: string, width: number): [string, string] {
  if (displayWidth(text) <= width) return [text, ""];
  const end = cut(text, width, "").lastIndexOf(" ");
  return end <= 0 ? [text, ""] : [text.slice(0, end), text.slice(end).trimStart()];
}
