import { cleanText } from "../../ui/text/clean-text.ts";
import { sanitize } from "../../ui/text/sanitize.ts";

/** One line of text from outside for a line of output: no escape sequence but colours reaches the reader, and those only where they are wanted. */
export function printable(text: string, hasColor: boolean): string {
  const safe = sanitize(text, hasColor);
  return safe.includes("\u001b") ? `${safe}\u001b[0m` : safe;
}

/** The same for words inside a sentence: one line, no colours. */
export function printableWords(text: string): string {
  return cleanText(text);
}
