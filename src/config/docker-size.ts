const unitBytes: Record<string, number> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** The pattern of a size as Docker reads it: `64m`, `1.5gb`, `1048576`. */
export const dockerSizePattern = "^\\d+(\\.\\d+)?\\s?([kKmMgGtT]([iI]?[bB])?|[bB])?$";

const whole = new RegExp(dockerSizePattern);

/** Bytes of `64m`, `64MB`, `64MiB` (all the same, as for Docker: units are powers of 1024) or a bare number; else null. */
export function parseDockerSize(text: string): number | null {
  if (!whole.test(text)) return null;
  const unit = text
    .replace(/^[\d.\s]+/, "")
    .charAt(0)
    .toLowerCase();
  const bytes = Math.round(Number.parseFloat(text) * (unitBytes[unit === "b" ? "" : unit] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
