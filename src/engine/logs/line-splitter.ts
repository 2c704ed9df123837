/** What a line keeps for display; the file keeps all of it. */
export const maxLineBytes = 64 * 1024;

const newline = 0x0a;
const carriageReturn = 0x0d;
const nothing: Buffer = Buffer.alloc(0);

/** A line as bytes. Valid for as long as the chunk that it came from is not written to. */
export interface RawLine {
  /** Byte offset of its first byte that is not NUL. */
  offset: number;
  /** Offset right after its line end; for a line without one, after its last byte. */
  end: number;
  /** Without line end, at most `maxLineBytes`, never ending inside a UTF-8 character that was cut here. */
  bytes: Buffer;
  /** Content bytes that are not in `bytes`. */
  cutBytes: number;
}

/**
 * Splits a stream of chunks into lines, on bytes. The same bytes give the same lines however they are cut into
 * chunks. NUL bytes at the start of a line (a punched hole) do not belong to it, and a line of nothing else is none.
 * Holds at most one line's `maxLineBytes`, however long the line is.
 */
export class LineSplitter {
  /** Bytes of the unfinished line, from `#start`; once it is too long, its head only. */
  #head: Buffer = nothing;
  /** Offset of the unfinished line's first byte that is not NUL. */
  #start: number;
  /** NUL bytes were passed over before `#start`. */
  #isAfterHole = false;
  /** Offset of the next byte to be pushed. */
  #next: number;

  /** `offset` must be the start of a line. */
  constructor(offset: number) {
    this.#start = offset;
    this.#next = offset;
  }

  /** Offset at which the unfinished line starts; equals `next` where there is none. */
  get start(): number {
    return this.#start;
  }

  /** Offset at which the next chunk must begin. */
  get next(): number {
    return this.#next;
  }

  /** The lines that `chunk` completes. It must not be changed while the lines are in use. */
  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = [];
    let at = 0;
    for (;;) {
      if (this.#start === this.#next + at && chunk[at] === 0) {
        while (chunk[at] === 0) at++;
        this.#start = this.#next + at;
        this.#isAfterHole = true;
      }
      const stop = chunk.indexOf(newline, at);
      if (stop === -1) break;
      if (!this.#isAfterHole || this.#start < this.#next + stop) lines.push(this.#line(chunk, at, stop));
      at = stop + 1;
      this.#head = nothing;
      this.#start = this.#next + at;
      this.#isAfterHole = false;
    }
    this.#keep(chunk, at);
    this.#next += chunk.length;
    return lines;
  }

  /** What came after the last line end, as a line; null where nothing did. */
  rest(): RawLine | null {
    if (this.#start === this.#next) return null;
    return makeLine(this.#head, this.#start, this.#next, this.#next - this.#start, true);
  }

  #line(chunk: Buffer, at: number, stop: number): RawLine {
    const end = this.#next + stop + 1;
    const length = end - 1 - this.#start;
    if (this.#head.length === 0) return makeLine(chunk.subarray(at, stop), this.#start, end, length, false);
    const wanted = Math.max(0, maxLineBytes + 1 - this.#head.length);
    const bytes = Buffer.concat([this.#head, chunk.subarray(at, Math.min(stop, at + wanted))]);
    return makeLine(bytes, this.#start, end, length, false);
  }

  /** One byte more than the limit is kept, so that a carriage return after a line of full length is seen. */
  #keep(chunk: Buffer, at: number): void {
    const wanted = maxLineBytes + 1 - this.#head.length;
    if (wanted <= 0 || at >= chunk.length) return;
    const more = chunk.subarray(at, Math.min(chunk.length, at + wanted));
    this.#head = this.#head.length === 0 ? Buffer.from(more) : Buffer.concat([this.#head, more]);
  }
}

/** `bytes` are the first of `length` content bytes: all of them, or more than `maxLineBytes`. */
function makeLine(bytes: Buffer, offset: number, end: number, length: number, isOpen: boolean): RawLine {
  let content = length;
  if (bytes.length === length && bytes[length - 1] === carriageReturn) content--;
  let kept = Math.min(content, bytes.length, maxLineBytes);
  const isCut = kept < content;
  if (isCut || isOpen) kept = characterBoundary(bytes, kept);
  return { offset, end, bytes: bytes.subarray(0, kept), cutBytes: isCut ? content - kept : 0 };
}

/** The largest length up to `length` that does not end inside a UTF-8 character. */
function characterBoundary(bytes: Buffer, length: number): number {
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return width > back ? length - back : length;
  }
  return length;
}
