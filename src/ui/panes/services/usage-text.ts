const mebibyte = 1024 * 1024;

/** A share of one core: `0.3%`, `12%`, `150%`. Never wider than five columns below a hundred cores. */
export function cpuText(cores: number): string {
  const percent = cores * 100;
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.round(percent)}%`;
}

/** Memory in binary units: `640K`, `18M`, `1.2G`. Never wider than five columns. */
export function memoryText(bytes: number): string {
  if (bytes < mebibyte) return `${Math.round(bytes / 1024)}K`;
  if (bytes < 999.5 * mebibyte) return `${Math.round(bytes / mebibyte)}M`;
  const gibibytes = bytes / (1024 * mebibyte);
  return gibibytes < 99.95 ? `${gibibytes.toFixed(1)}G` : `${Math.round(gibibytes)}G`;
}
