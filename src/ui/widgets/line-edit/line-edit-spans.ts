import { displayWidth } from "../../text/display-width.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { LineEdit } from "./line-edit.ts";

const segmenter = new Intl.Segmenter();

/** The line in at most `width` columns, with the cursor as one inverted cell; of a longer one, the stretch around the cursor. */
export function lineEditSpans({ text, cursor }: LineEdit, width: number, style: Style = {}): Span[] {
  if (width <= 0) return [];
  const cells = [...segmenter.segment(text)].map(({ segment, index }) => ({ segment, index }));
  const at = cells.findIndex(({ index }) => index >= cursor);
  const cursorCell = at === -1 ? cells.length : at;
  const under = cells[cursorCell]?.segment ?? " ";

  let left = width - displayWidth(under);
  let from = cursorCell;
  while (from > 0 && displayWidth(cells[from - 1]?.segment ?? "") <= left) {
    from -= 1;
    left -= displayWidth(cells[from]?.segment ?? "");
  }
  let to = cursorCell + 1;
  while (to < cells.length && displayWidth(cells[to]?.segment ?? "") <= left) {
    left -= displayWidth(cells[to]?.segment ?? "");
    to += 1;
  }
  const textOf = (first: number, end: number) =>
    cells
      .slice(first, end)
      .map(({ segment }) => segment)
      .join("");
  return [
    { text: textOf(from, cursorCell), style },
    { text: under, style: { ...style, isInverse: true } },
    { text: textOf(cursorCell + 1, to), style },
  ].filter((span) => span.text !== "");
}
