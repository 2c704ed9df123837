import { type Stray, strayTitle } from "../../../model/stray.ts";
import { strayFacts } from "../../../model/stray-words.ts";
import { cleanText } from "../../text/clean-text.ts";
import { wrapLine } from "../../text/wrap-line.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

const aboutWidth = 10;
/** A command line may be as long as two megabytes. */
const mostRows = 50;

/** All that speaks of what a stray is, in rows of at most `width` columns, below a row that sets it off from the list. */
export function evidenceRows(stray: Stray, width: number, { role, glyphs }: Theme): Span[][] {
  const room = Math.max(10, width - aboutWidth - 2);
  return [
    [
      { text: `${glyphs.rule}${glyphs.rule} `, style: role.edge },
      { text: cleanText(strayTitle(stray)), style: role.strong },
      { text: " of " },
      { text: cleanText(stray.service), style: role.strong },
    ],
    ...strayFacts(stray).flatMap(({ about, text, isWarning }) =>
      wrapLine(cleanText(text), room, mostRows).map((row, index): Span[] => [
        { text: ` ${(index === 0 ? about : "").padEnd(aboutWidth)}`, style: role.muted },
        { text: row, style: isWarning ? role.warn : role.plain },
      ]),
    ),
  ];
}
