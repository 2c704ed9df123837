import { read, readSync } from "node:fs";

/** Fills a buffer from a position of one file; see `readAt`. */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>;

/**
 * Fills `buffer` from the file at `position`, without blocking the event loop. Resolves with the number of bytes,
 * fewer only at the end of the file. A file that cannot be read any more has none: a log gives what is left of it.
 */
export async function readAt(fd: number, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = await readOnce(fd, buffer, filled, position + filled);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
}

/** As `readAt`, but blocks: a tenth of the price for bytes that are surely in memory. */
export async function readNow(fd: number, buffer: Buffer, position: number): Promise<number> {
  try {
    return readSync(fd, buffer, 0, buffer.length, position);
  } catch {
    return 0;
  }
}

function readOnce(fd: number, buffer: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve) => {
    read(fd, buffer, offset, buffer.length - offset, position, (error, bytes) => resolve(error === null ? bytes : 0));
  });
}
