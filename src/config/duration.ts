const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The pattern of a duration as people write it: `300ms`, `10s`, `1m30s`, `7d`. */
export const durationPattern = "^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$";

const whole = new RegExp(durationPattern);

/** Milliseconds of `300ms`, `10s`, `1m30s`, `7d`, rounded to whole ones; null for anything else, a bare number included. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * unitMs[unit as keyof typeof unitMs];
  }
  const rounded = Math.round(total);
  return Number.isSafeInteger(rounded) ? rounded : null;
}
