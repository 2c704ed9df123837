const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A length of time as people write it, in at most two units: `40ms`, `1.2s`, `12s`, `4m12s`, `2h5m`, `3d4h`. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 100) return `${Math.round(length)}ms`;
  if (length < 9950) return `${(length / secondMs).toFixed(1)}s`;
  const seconds = Math.round(length / secondMs);
  if (seconds < 60) return `${seconds}s`;
  if (length < hourMs) return twoUnits(length, minuteMs, "m", secondMs, "s");
  if (length < dayMs) return twoUnits(length, hourMs, "h", minuteMs, "m");
  return twoUnits(length, dayMs, "d", hourMs, "h");
}

function twoUnits(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const whole = Math.floor(ms / bigMs);
  const rest = Math.floor((ms % bigMs) / smallMs);
  return rest === 0 ? `${whole}${big}` : `${whole}${big}${rest}${small}`;
}
