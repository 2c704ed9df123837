import { closeSync, openSync, readSync } from "node:fs";

/** Larger than any stat line; environments are read in pieces of it. */
const buffer = Buffer.allocUnsafe(64 * 1024);

/**
 * The text of a small file under /proc, byte for byte (latin1), or null where it is gone or hidden. One shared buffer
 * and no stat call: half the time of readFileSync, and hundreds of these are read at once.
 */
export function readProcFile(path: string): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    let text = "";
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) return text;
      text += buffer.toString("latin1", 0, length);
      // These files come in one read unless they fill the buffer; asking once more costs as much as the first time.
      if (length < buffer.length) return text;
    }
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** The text behind an open descriptor from its beginning, at most `limit` bytes; null once what it shows has ended. */
export function readProcDescriptor(descriptor: number, limit = 4096): string | null {
  try {
    return buffer.toString("latin1", 0, readSync(descriptor, buffer, 0, limit, 0));
  } catch {
    return null;
  }
}
