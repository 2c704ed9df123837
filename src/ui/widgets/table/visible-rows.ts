/** The first row to show so that the selected one is in the middle, as far as the ends allow. */
export function firstVisibleRow(count: number, selected: number, height: number): number {
  const last = Math.max(0, count - height);
  return Math.min(last, Math.max(0, selected - Math.floor((height - 1) / 2)));
}

/** The same; where nothing is selected, what was shown before stays, as far as there still is so much. */
export function keptFirstRow(count: number, selected: number, height: number, before: number): number {
  return selected === -1 ? Math.max(0, Math.min(before, count - height)) : firstVisibleRow(count, selected, height);
}
