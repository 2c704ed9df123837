/** A text that leads somewhere when it is clicked (OSC 8). It is as wide as the text alone. `address` holds no control characters. */
export function hyperlink(text: string, address: string): string {
  return text === "" ? "" : `\x1b]8;;${address}\x1b\\${text}\x1b]8;;\x1b\\`;
}
