import type { KeyContext } from "../../keys/binding.ts";
import type { KeyTable } from "../../keys/rebind.ts";
import { fit } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

const titles: [KeyContext, string][] = [
  ["global", "Everywhere"],
  ["services", "In the services"],
  ["logs", "In the log"],
  ["details", "In the details"],
  ["strays", "In the strays"],
  ["first-run", "Before there is a fleet"],
  ["palette", "In the list of commands"],
  ["confirm", "When asked about several services"],
  ["quit", "When asked how to quit"],
  ["stopping", "While all is being stopped"],
];

const keysWidth = 16;

/** The whole key table, as rows, grouped by where the keys work. */
export function helpLines(keys: KeyTable, { role }: Theme): Span[][] {
  return titles.flatMap(([context, title], index): Span[][] => {
    const rows = keys
      .filter((b) => b.context === context)
      .map((b): Span[] => [
        { text: `  ${fit(b.keys.join(" "), keysWidth)} `, style: role.key },
        { text: b.description, style: role.plain },
      ]);
    return [...(index === 0 ? [] : [[]]), [{ text: ` ${title}`, style: role.title }], ...rows];
  });
}

/** How far the help can be scrolled in `height` rows. */
export function helpLastTop(keys: KeyTable, theme: Theme, height: number): number {
  return Math.max(0, helpLines(keys, theme).length - height);
}
