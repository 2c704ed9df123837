/** Keeps the last bytes of an output of any length, and counts those it let go. */
export class OutputTail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #kept = 0;
  #seen = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    this.#seen += chunk.length;
    for (
      let first = this.#chunks[0];
      first !== undefined && this.#kept - first.length >= this.#limit;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#kept -= first.length;
    }
  }

  /** Bytes at the beginning that `text` leaves out. */
  get droppedBytes(): number {
    return Math.max(0, this.#seen - this.#limit);
  }

  /** The last bytes as text; a character that the cut went through is left out. */
  text(): string {
    let bytes = Buffer.concat(this.#chunks);
    if (bytes.length > this.#limit) {
      bytes = bytes.subarray(bytes.length - this.#limit);
      const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
      while (isContinuation(bytes[0])) bytes = bytes.subarray(1);
    }
    return bytes.toString("utf8");
  }
}
