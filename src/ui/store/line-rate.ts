import type { LogPage } from "../../model/log.ts";

/** Lines that came with a page; of what it passed over only the bytes are known, so these are taken to be as long as its own lines. */
export function linesIn({ lines, skippedBytes }: LogPage): number {
  if (skippedBytes === 0 || lines.length === 0) return lines.length;
  const bytes = lines.reduce((sum, line) => sum + line.text.length + 1, 0);
  return lines.length + skippedBytes / (bytes / lines.length);
}
