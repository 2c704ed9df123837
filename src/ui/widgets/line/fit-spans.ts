import { cut, displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";

/** At most `width` columns of a row of spans; the span that does not fit is cut, and what follows it left out. */
export function cutSpans(spans: readonly Span[], width: number, ellipsis: string): Span[] {
  const shown: Span[] = [];
  let left = width;
  const total = spansWidth(spans);
  if (total <= width) return spans.filter((s) => s.text !== "");
  for (const span of spans) {
    const needed = displayWidth(span.text);
    if (needed < left) {
      shown.push(span);
      left -= needed;
      continue;
    }
    shown.push({
      ...span,
      text: needed === left ? cut(`${span.text} `, left, ellipsis) : cut(span.text, left, ellipsis),
    });
    break;
  }
  return shown.filter((s) => s.text !== "");
}

/** Columns that a row of spans takes. */
export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + displayWidth(span.text), 0);
}

/**
 * A row with something at its left and at its right end. Where both do not fit, the right one stays and the left one is cut; a right one
 * that would take more than half the row is left out. `filler`, one column wide, fills the room between them.
 */
export function leftAndRight(
  left: readonly Span[],
  right: readonly Span[],
  width: number,
  ellipsis: string,
  filler: Span = { text: " " },
): Span[] {
  const rightWidth = spansWidth(right);
  const isCrowded = spansWidth(left) + rightWidth + 1 > width && rightWidth > width / 2;
  if (isCrowded) return cutSpans(left, width, ellipsis);
  if (rightWidth === 0 && filler.text === " ") return cutSpans(left, width, ellipsis);
  const leftSpans = cutSpans(left, width - rightWidth - 1, ellipsis);
  const blanks = width - rightWidth - spansWidth(leftSpans);
  return [...leftSpans, { ...filler, text: filler.text.repeat(blanks) }, ...right];
}

/** Exactly `width` columns: cut, or filled with blanks. */
export function fillSpans(spans: readonly Span[], width: number, ellipsis: string): Span[] {
  const shown = cutSpans(spans, width, ellipsis);
  return [...shown, { text: " ".repeat(Math.max(0, width - spansWidth(shown))) }];
}
