import { sanitize } from "./sanitize.ts";

/** Text from outside for a row of our own: one line, no colours of its own. */
export function cleanText(text: string): string {
  return sanitize(text.trim().replace(/\s*\n\s*/g, " "), false);
}
