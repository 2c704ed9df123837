/** A part of what a container printed to one of its streams. */
export interface Frame {
  stream: "out" | "err";
  bytes: Buffer;
  /** False for the further parts of a frame that was too long to be kept whole. */
  isStart: boolean;
}

const headerBytes = 8;

/** Docker cuts at 16 KiB; a frame beyond this (another program speaks its protocol) is given out in parts. */
const longestWhole = 256 * 1024;

/**
 * Cuts the stream of a container without TTY into its frames: a header (which stream, three zeros, a length in four bytes)
 * in front of each. Keeps less than one frame.
 */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #stream: Frame["stream"] = "out";
  /** Bytes of the frame under way that were not given out. */
  #missing = 0;
  #isStart = true;

  push(chunk: Buffer): Frame[] {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (at < buffer.length) {
      if (this.#missing === 0) {
        if (buffer.length - at < headerBytes) break;
        this.#stream = buffer[at] === 2 ? "err" : "out";
        this.#missing = buffer.readUInt32BE(at + 4);
        this.#isStart = true;
        at += headerBytes;
        continue;
      }
      const there = Math.min(this.#missing, buffer.length - at);
      if (there < this.#missing && there < longestWhole) break;
      frames.push({ stream: this.#stream, bytes: buffer.subarray(at, at + there), isStart: this.#isStart });
      this.#missing -= there;
      this.#isStart = false;
      at += there;
    }
    this.#rest = buffer.subarray(at);
    return frames;
  }
}
