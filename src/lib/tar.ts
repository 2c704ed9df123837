import { createReadStream } from "node:fs";
import { Readable } from "node:stream";

const blockBytes = 512;
const nameBytes = 100;

/** One file of an archive. */
export interface TarEntry {
  /** Relative, with slashes; at most 100 bytes. */
  path: string;
  contents: Uint8Array | TarredFile;
  /** Permissions, as in `0o755`. */
  mode: number;
}

/** A file of this machine that is read while the archive is, and does not change until then. */
export interface TarredFile {
  file: string;
  size: number;
}

/**
 * An archive of these files in the ustar format (POSIX.1-1988), fit for an image. Owner and times are the same for all, so
 * that the same files make the same archive. The stream fails where a path is too long, or where a file cannot be read or is not as large as
 * was said.
 */
export function tarStream(entries: readonly TarEntry[]): Readable {
  return Readable.from(piecesOf(entries), { objectMode: false });
}

async function* piecesOf(entries: readonly TarEntry[]): AsyncGenerator<Uint8Array> {
  for (const { path, contents, mode } of entries) {
    const size = contents instanceof Uint8Array ? contents.length : contents.size;
    yield tarHeader({ path, size, mode });
    if (contents instanceof Uint8Array) yield contents;
    else yield* bytesOf(contents);
    yield tarPadding(size);
  }
  yield tarEnd();
}

async function* bytesOf({ file, size }: TarredFile): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of createReadStream(file)) {
    const bytes: Buffer = chunk;
    left -= bytes.length;
    if (left < 0) break;
    yield bytes;
  }
  if (left !== 0) throw new Error(`${file} changed while it was read`);
}

/** What follows a file of this many bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

/** The end of an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * blockBytes);
}

/** What stands before the bytes of a file, for an archive that is written piece by piece. Throws a RangeError where the path is too long. */
export function tarHeader({ path, size, mode }: { path: string; size: number; mode: number }): Buffer {
  if (Buffer.byteLength(path) > nameBytes) throw new RangeError(`too long for an archive: ${path}`);
  const header = Buffer.alloc(blockBytes);
  header.write(path, 0, nameBytes);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  // The sum is taken with blanks in its own place.
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
