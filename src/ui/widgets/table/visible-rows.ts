/** The first row to show so that the selected one is in the middle, as far as the ends allow. */
export function firstVisibleRow(count: number, selected: number, height: number): number {
  const last = Math.max(0, count - height);
  return Math.min(last, Math.max(0, selected - Math.floor((height - 1) / 2)));
}
