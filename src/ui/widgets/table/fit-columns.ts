/** What a column asks for, in terminal columns. */
export interface ColumnSize {
  id: string;
  /** Below this it is dropped. */
  min: number;
  /** What its content needs. */
  wanted: number;
  /** Blanks before it, where it is not the first. */
  gap: number;
  /** 1 is the last to be dropped. */
  rank: number;
  /** Takes what is left over. */
  grows?: boolean;
}

/**
 * The width of each column that fits into `width`: columns are dropped by rank until the least widths fit with their gaps, then the widths grow to what is wanted, by rank, then the growing column takes the rest. Never wider than `width`,
 * unless the last column alone is.
 */
export function fitColumns(columns: readonly ColumnSize[], width: number): Map<string, number> {
  const kept = [...columns].sort((a, b) => a.rank - b.rank);
  const firstId = () => columns.find((c) => kept.includes(c))?.id;
  const leastWidth = () => kept.reduce((sum, c) => sum + c.min + (c.id === firstId() ? 0 : c.gap), 0);
  while (kept.length > 1 && leastWidth() > width) kept.pop();

  const widths = new Map(kept.map((c) => [c.id, Math.min(c.min, width)]));
  let left = Math.max(0, width - leastWidth());
  for (const column of kept) {
    const more = Math.min(left, Math.max(0, column.wanted - column.min));
    widths.set(column.id, (widths.get(column.id) ?? 0) + more);
    left -= more;
  }
  const growing = kept.find((c) => c.grows === true);
  if (growing !== undefined) widths.set(growing.id, (widths.get(growing.id) ?? 0) + left);
  return widths;
}
