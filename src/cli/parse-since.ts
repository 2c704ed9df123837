import { parseDuration } from "../config/duration.ts";

/** The moment that `10m` (ago) or `2026-01-31T12:00` (local time) means, in milliseconds since the epoch; null where it is neither. */
export function parseSince(text: string, now: number): number | null {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null;
  // A date alone would be taken for UTC.
  const at = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T"));
  return Number.isNaN(at) ? null : at;
}
