const blockBytes = 512;
const nameBytes = 100;

/** One file of an archive. */
export interface TarEntry {
  /** Relative, with slashes; at most 100 bytes. */
  path: string;
  bytes: Uint8Array;
  /** Permissions, as in `0o755`. */
  mode: number;
}

/**
 * An archive of these files in the ustar format (POSIX.1-1988), fit for an image. Owner and times are the same for all, so
 * that the same files make the same archive. Throws a RangeError where a path is too long.
 */
export function makeTar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ path, bytes, mode }) => [
    tarHeader({ path, size: bytes.length, mode }),
    bytes,
    tarPadding(bytes.length),
  ]);
  return Buffer.concat([...parts, tarEnd()]);
}

/** What follows a file of this many bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

/** The end of an archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * blockBytes);
}

/** What stands before the bytes of a file, for an archive that is written piece by piece. Throws as `makeTar` does. */
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
