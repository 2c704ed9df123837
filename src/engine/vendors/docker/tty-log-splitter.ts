import type { LogPiece } from "../docker.ts";
import { stampAt, stampBytes } from "./log-stamp.ts";

/** What Docker reads from a terminal before it logs it as a part of a line, with a time of its own in front. */
const longestPart = 16 * 1024;

/**
 * Cuts the log of a container with a TTY, which has no frames, into what Docker logged: each with its time in front, up to a
 * line's end or the longest part. Only what a run left without a line end before the next run began has no such mark: there,
 * a later time within a line is where the next begins. A program that prints the present time in Docker's own words prints
 * an earlier one than that of its line.
 */
export class TtyLogSplitter {
  #rest: Buffer = Buffer.alloc(0);
  /** Time of what comes; null where a time is to come first. */
  #time: string | null = null;
  #lastTime = "";

  push(chunk: Buffer): LogPiece[] {
    return this.#cut(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  /** What is left at the end. */
  end(): LogPiece[] {
    return this.#cut(this.#rest, true);
  }

  #cut(buffer: Buffer, isEnd: boolean): LogPiece[] {
    const pieces: LogPiece[] = [];
    let at = 0;
    while (at < buffer.length) {
      if (this.#time === null) {
        if (buffer.length - at < stampBytes && !isEnd) break;
        const time = stampAt(buffer, at);
        this.#time = time ?? this.#lastTime;
        if (time !== null) at += stampBytes;
        continue;
      }
      const newline = buffer.indexOf(10, at);
      const lineEnd = newline === -1 ? buffer.length : newline + 1;
      // A part of the greatest length has no line end: that follows with a time of its own.
      const isPart = lineEnd - at > longestPart || (newline === -1 && isEnd && lineEnd - at === longestPart);
      // A time that begins in the part may end behind it.
      if (isPart && !isEnd && buffer.length - at < longestPart + stampBytes) break;
      if (newline === -1 && !isPart && !isEnd) break;
      let end = isPart ? at + longestPart : lineEnd;
      const next = laterStamp(buffer, at, end, this.#time);
      if (next !== null) end = next;
      if (end > at) pieces.push({ stream: "out", time: this.#time, bytes: buffer.subarray(at, end) });
      at = end;
      this.#lastTime = this.#time;
      this.#time = null;
    }
    this.#rest = buffer.subarray(at);
    return pieces;
  }
}

function laterStamp(buffer: Buffer, from: number, end: number, time: string): number | null {
  // The last character of a time and the blank behind it.
  for (let z = buffer.indexOf("Z ", from); z !== -1; z = buffer.indexOf("Z ", z + 1)) {
    const at = z + 2 - stampBytes;
    if (at >= end) break;
    const found = at > from ? stampAt(buffer, at) : null;
    if (found !== null && found > time) return at;
  }
  return null;
}
