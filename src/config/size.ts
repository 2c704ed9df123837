const unitBytes: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** The pattern of a size as people write it: `200MB`, `1.5GiB`. */
export const sizePattern = "^\\d+(\\.\\d+)?([kKmMgGtT][iI]?)?[bB]$";

const whole = new RegExp(sizePattern);

/** Bytes of `200MB` (decimal) or `64MiB` (binary), upper or lower case; null for anything else, a bare number included. */
export function parseSize(text: string): number | null {
  if (!whole.test(text)) return null;
  const amount = Number.parseFloat(text);
  const unit = text.replace(/^[\d.]+/, "").toLowerCase();
  const bytes = Math.round(amount * (unitBytes[unit] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
