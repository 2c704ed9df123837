const minuteMs = 60_000;

/**
 * How long something has lasted: seconds in the first minute, minutes and more after it. Past the first minute all texts change together, at
 * the full minutes of the clock, so that an idle screen is drawn once a minute whatever it shows.
 */
export function elapsed(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  if (ms < minuteMs) return `${Math.floor(ms / 1000)}s`;
  const minutes = Math.max(1, Math.floor(now / minuteMs) - Math.floor(since / minuteMs));
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${String(minutes % 60).padStart(2, "0")}m`;
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}

/** Whole seconds until a moment, `0s` once it has passed; minutes where it is far away. */
export function remaining(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return seconds < 100 ? `${seconds}s` : `${Math.ceil(seconds / 60)}m`;
}

/** What becomes of what does not stop by itself: `SIGKILL in 4s`, or `SIGKILL 2s ago` once it was sent. */
export function killText(killAt: number, now: number): string {
  return killAt > now ? `SIGKILL in ${remaining(killAt, now)}` : `SIGKILL ${elapsed(killAt, now)} ago`;
}
