/** Below this much of a core all is quiet: noise must not look like work. */
const leastPeak = 0.05;

/**
 * A minute of use as a row of bars, the newest at the right. Each bar stands for the same number of samples, counted from the first one, so that
 * bars move on as a whole and never change once they are complete. Against the highest value shown.
 */
export function sparkline(
  history: readonly number[],
  sample: number,
  width: number,
  span: number,
  bars: readonly string[],
): string {
  const each = Math.max(1, Math.ceil(span / Math.max(1, width)));
  const peaks = new Map<number, number>();
  for (const [index, value] of history.entries()) {
    const bucket = Math.floor((sample - history.length + 1 + index) / each);
    peaks.set(bucket, Math.max(peaks.get(bucket) ?? 0, value));
  }
  const shown = [...peaks.values()].slice(-width);
  const peak = Math.max(leastPeak, ...shown);
  const top = bars.length - 1;
  const text = shown.map((value) => bars[Math.min(top, Math.ceil((value / peak) * top))] ?? "").join("");
  return text.padStart(width);
}
