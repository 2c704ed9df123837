import { LineSplitter, type RawLine } from "./line-splitter.ts";
import type { ReadAt } from "./read-at.ts";

const newline = 0x0a;
/** Chunks start small, since most pages want a few lines, and grow, since a search wants them all. */
const firstChunkBytes = 16 * 1024;
const largestChunkBytes = 256 * 1024;

/** Lines that were read in one go. */
export interface RawBatch {
  lines: RawLine[];
  /** True where the last line of the file is among them and has no line end. */
  hasOpenLine: boolean;
}

/**
 * The start of the line that holds the byte before `position`, or `position` where a line ends right there. Reads
 * backward as far as it must, which for a line of megabytes is far, and never blocks.
 */
export async function findLineStart(readAt: ReadAt, position: number): Promise<number> {
  let end = position;
  let size = 256;
  while (end > 0) {
    const start = Math.max(0, end - size);
    const chunk = Buffer.allocUnsafe(end - start);
    const bytes = await readAt(chunk, start);
    const at = chunk.subarray(0, bytes).lastIndexOf(newline);
    if (at !== -1) return start + at + 1;
    end = start;
    size = largestChunkBytes;
  }
  return 0;
}

/** The lines that end after `from`, in order, up to the byte offset `limit`. The last batch may hold an open line. */
export async function* readForward(readAt: ReadAt, from: number, limit: number): AsyncGenerator<RawBatch> {
  const splitter = new LineSplitter(await findLineStart(readAt, from));
  let size = firstChunkBytes;
  while (splitter.next < limit) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(size, limit - splitter.next));
    const bytes = await readAt(chunk, splitter.next);
    const lines = splitter.push(chunk.subarray(0, bytes));
    if (lines.length > 0) yield { lines, hasOpenLine: false };
    if (bytes < chunk.length) break;
    size = Math.min(size * 2, largestChunkBytes);
  }
  const rest = splitter.rest();
  if (rest !== null) yield { lines: [rest], hasOpenLine: true };
}

/** The lines that end at or before `to`, newest first; `to` is the start of a line, or the end of the readable file. */
export async function* readBackward(readAt: ReadAt, to: number): AsyncGenerator<RawBatch> {
  let end = to;
  let size = firstChunkBytes;
  while (end > 0) {
    const windowStart = Math.max(0, end - size);
    const window = Buffer.allocUnsafeSlow(end - windowStart);
    const bytes = await readAt(window, windowStart);
    if (bytes === 0) {
      end = windowStart;
      continue;
    }
    const data = window.subarray(0, bytes);
    const first = windowStart === 0 ? 0 : data.indexOf(newline) + 1;
    const isWholeLine = windowStart === 0 || (first > 0 && first < data.length);
    if (isWholeLine) {
      const splitter = new LineSplitter(windowStart + first);
      const lines = splitter.push(data.subarray(first));
      const rest = splitter.rest();
      if (rest !== null) lines.push(rest);
      if (lines.length > 0) yield { lines: lines.reverse(), hasOpenLine: rest !== null };
      end = windowStart + first;
      size = Math.min(size * 2, largestChunkBytes);
    } else {
      // One line fills the window: read it from its start, which keeps its head only.
      const start = await findLineStart(readAt, end - 1);
      for await (const batch of readForward(readAt, start, end)) yield batch;
      end = start;
    }
  }
}
