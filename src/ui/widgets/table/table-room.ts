/** Columns before the first cell of each row, for the cursor and a mark. */
export const cellMargin = 2;

/** Below this every column counts. */
const narrowBelow = 90;

/** Blanks between two cells in a table of this width. */
export function gapFor(width: number): number {
  return width < narrowBelow ? 1 : 2;
}
