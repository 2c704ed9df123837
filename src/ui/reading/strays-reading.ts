import { strayTitle } from "../../model/stray.ts";
import { standingWords } from "../../model/stray-words.ts";
import type { Frame } from "../frame.ts";
import { noStraysText, strayConfirmTexts, strayConfirmTitle } from "../panes/strays/stray-texts.ts";
import type { StraysFrame } from "../panes/strays/strays-frame.ts";
import { confirmChoices } from "../state/grid-verb.ts";
import type { StrayConfirm } from "../state/strays-view.ts";
import { counted } from "../text/amount.ts";
import { cleanText } from "../text/clean-text.ts";
import { timeOfDay } from "../text/time-of-day.ts";
import { readableRows } from "./readable.ts";

/** The list of strays and the evidence about the selected one, as lines to be read aloud. */
export function straysReading(strays: StraysFrame, { theme }: Frame): { title: string; lines: string[] } {
  if (strays.strays.length === 0) return { title: "Strays", lines: [noStraysText(strays.isLooking, theme)] };
  const lines = strays.strays.map(
    (stray, index) =>
      `${index === strays.selected ? "Selected: " : ""}${cleanText(strayTitle(stray))} of ${cleanText(stray.service)}, ${standingWords[stray.standing]}, started at ${timeOfDay(stray.startedAt, true)}`,
  );
  const first = Math.max(0, Math.min(strays.selected, lines.length - mostLines));
  return {
    title: `${counted(lines.length, "stray")}${strays.isLooking ? ", looking" : ""}`,
    lines: [...lines.slice(first, first + mostLines), ...readableRows(strays.evidence.slice(strays.top))],
  };
}

/** The evidence is what has to be read. */
const mostLines = 4;

/** The question whether to stop one. */
export function strayConfirmReading(confirm: StrayConfirm): { title: string; lines: string[] } {
  return {
    title: strayConfirmTitle(confirm),
    lines: [
      ...strayConfirmTexts(confirm),
      ...confirmChoices.map((choice, index) => `${index === confirm.selected ? "Selected: " : ""}${choice}`),
    ],
  };
}
