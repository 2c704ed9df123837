/** What terminals take: xterm stops at 100,000 bytes of base64, and some drop all of it beyond. */
const mostBytes = 74_000;

/** As many lines as a terminal takes, the last ones, and the sequence (OSC 52) that puts them into the clipboard; it works over SSH too. */
export function clipboardCodes(lines: readonly string[]): { codes: string; count: number } {
  let bytes = 0;
  let first = lines.length;
  while (first > 0) {
    const more = Buffer.byteLength(lines[first - 1] ?? "") + 1;
    if (bytes + more > mostBytes) break;
    bytes += more;
    first -= 1;
  }
  const taken = lines.slice(first);
  const text = taken.map((line) => `${line}\n`).join("");
  return { codes: `\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`, count: taken.length };
}
