import { type GridRow, profileLabel } from "../../state/grid-rows.ts";
import { countPhases } from "../../state/service-status.ts";
import { counted } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

/** The header of a profile: `▾ @core  3 services · 1 backoff · 2 ready`. */
export function groupSpans(row: Extract<GridRow, { kind: "group" }>, { glyphs, phase, role }: Theme): Span[] {
  return [
    { text: `${row.isFolded ? glyphs.folded : glyphs.unfolded} `, style: role.muted },
    { text: cleanText(profileLabel(row.profile)), style: role.title },
    { text: `  ${counted(row.services.length, "service")}`, style: role.muted },
    ...countPhases(row.services).flatMap(({ phase: p, word, count }): Span[] => [
      { text: ` ${glyphs.dot} `, style: role.muted },
      { text: `${count} ${word}`, style: phase[p] },
    ]),
  ];
}
