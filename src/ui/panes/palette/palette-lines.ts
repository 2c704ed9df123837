import type { Palette, PaletteItem } from "../../state/palette.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { fillSpans, leftAndRight } from "../../widgets/line/fit-spans.ts";
import { lineEditSpans } from "../../widgets/line-edit/line-edit-spans.ts";
import { firstVisibleRow } from "../../widgets/table/visible-rows.ts";

/** Not the sign of what is selected, which stands in the rows below. */
const prompt = ": ";

/** The line that is typed, and below it always `room` rows, so that the box keeps its size. Each is `width` columns. */
export function paletteLines(
  { line, selected }: Palette,
  items: readonly PaletteItem[],
  width: number,
  room: number,
  theme: Theme,
): Span[][] {
  const { role, glyphs } = theme;
  const first = firstVisibleRow(items.length, selected, room);
  const shown = items
    .slice(first, first + room)
    .map((item, index) => itemSpans(item, first + index === selected, width, theme));
  const rows = items.length === 0 ? [[{ text: "  no command of that name", style: role.muted }]] : shown;
  const blanks = Array.from({ length: room - rows.length }, (): Span[] => []);
  return [
    [{ text: prompt, style: role.key }, ...lineEditSpans(line, width - prompt.length, role.strong)],
    ...rows,
    ...blanks,
  ].map((spans) => fillSpans(spans, width, glyphs.ellipsis));
}

function itemSpans(
  { name, keys, positions }: PaletteItem,
  isSelected: boolean,
  width: number,
  { role, glyphs }: Theme,
): Span[] {
  const plain: Style = isSelected ? role.strong : role.plain;
  const left = [
    { text: isSelected ? `${glyphs.cursor} ` : "  ", style: role.cursor },
    ...[...name].map((text, index): Span => ({ text, style: positions.includes(index) ? role.cursor : plain })),
  ];
  return leftAndRight(left, [{ text: keys[0] ?? "", style: role.key }], width, glyphs.ellipsis);
}
