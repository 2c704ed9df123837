/** One file of an archive; its contents are followed by zeros up to a multiple of 512 bytes (see `tarPadding`). */
export interface TarEntry {
  path: string;
  size: number;
  mode: number;
}

const block = 512;

/** The header of a regular file; a path has room for a hundred bytes. */
export function tarHeader({ path, size, mode }: TarEntry): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`too long for a name in an archive: ${path}`);
  const header = Buffer.alloc(block);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, "0");
  header.write(path, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\0 `, 148);
  return header;
}

export function tarPadding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

export function tarEnd(): Buffer {
  return Buffer.alloc(2 * block);
}
