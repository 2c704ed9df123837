import { type Confirm, confirmChoices, type GridVerb } from "../../state/grid-verb.ts";
import { cleanText } from "../../text/clean-text.ts";
import { displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

const questions: Record<GridVerb, string> = {
  start: "Start",
  stop: "Stop",
  kill: "Kill",
  restart: "Restart",
  rebuild: "Rebuild and restart",
  rerun: "Rerun",
  "go-back": "Go back to the program before for",
  pause: "Pause",
  resume: "Resume",
  "scale-up": "Scale up",
  "scale-down": "Scale down",
};

/** `Stop 3 services?` */
export function confirmTitle({ verb, what }: Confirm): string {
  return `${questions[verb]} ${what}?`;
}

/** Which services a question is about, in as many rows as there may be, and its answers. */
export function confirmLines(confirm: Confirm, width: number, rows: number, theme: Theme): Span[][] {
  const texts = listed(confirm.names.map(cleanText), width, rows);
  return [...texts.map((text): Span[] => [{ text }]), [], choiceSpans(confirm.selected, theme)];
}

/** The answers, the selected one set off. */
export function choiceSpans(selected: number, { hasColor, role }: Theme): Span[] {
  return confirmChoices.flatMap((choice, index): Span[] => {
    const isSelected = index === selected;
    return [
      ...(index === 0 ? [] : [{ text: "  " }]),
      { text: hasColor || !isSelected ? ` ${choice} ` : `[${choice}]`, style: isSelected ? role.choice : role.plain },
    ];
  });
}

/** Names with commas between them, in at most `rows` rows; how many there is no room for is said at the end. */
function listed(names: readonly string[], width: number, rows: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, name] of names.entries()) {
    const left = names.length - index;
    const part = left === 1 ? name : `${name}, `;
    const isLast = lines.length === rows - 1;
    const more = `and ${left} more`;
    const room = isLast && left > 1 ? width - displayWidth(more) : width;
    if (line !== "" && displayWidth(line + part.trimEnd()) > room) {
      if (isLast) return [...lines, line + more];
      lines.push(line.trimEnd());
      line = "";
    }
    line += part;
  }
  return [...lines, line];
}
