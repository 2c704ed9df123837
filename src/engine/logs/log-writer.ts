import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { LogFile } from "./log-file.ts";
import type { LogStream } from "./log-path.ts";

/** Something that was printed, and when, in milliseconds since the epoch. */
export interface TimedBytes {
  stream: LogStream;
  bytes: Buffer;
  at: number;
}

/** Where each stream's file ends. `err` is 0 where stderr has no file of its own. */
export interface LogEnds {
  out: number;
  err: number;
}

/**
 * Writes the log of a run whose output comes to the daemon, with the times that its source gives. The file is nobody
 * else's, so it is not watched: whoever writes says that it grew.
 */
export class LogWriter {
  readonly #out: WrittenFile;
  readonly #err: WrittenFile | null;
  readonly #grew: (file: LogFile) => void;

  /** Throws what the system says where a file cannot be opened. */
  constructor(out: LogFile, err: LogFile | null, grew: (file: LogFile) => void) {
    this.#out = new WrittenFile(out);
    this.#err = err === null ? null : new WrittenFile(err);
    this.#grew = grew;
  }

  get ends(): LogEnds {
    return { out: this.#out.end, err: this.#err?.end ?? 0 };
  }

  /** Appends all of it, or throws what the system says and has appended nothing. */
  write(pieces: readonly TimedBytes[]): void {
    const err = this.#err;
    if (err === null) {
      this.#out.write(pieces);
    } else {
      const { out } = this.ends;
      this.#out.write(pieces.filter(({ stream }) => stream === "out"));
      try {
        err.write(pieces.filter(({ stream }) => stream === "err"));
      } catch (error) {
        this.#out.cut(out);
        throw error;
      }
    }
    this.#out.publish();
    this.#grew(this.#out.file);
    if (err === null) return;
    err.publish();
    this.#grew(err.file);
  }

  /** Takes back what was appended beyond these ends; a file that is shorter already stays as it is. */
  cut({ out, err }: LogEnds): void {
    this.#out.cut(out);
    this.#err?.cut(err);
  }

  close(): void {
    this.#out.close();
    this.#err?.close();
  }
}

class WrittenFile {
  readonly file: LogFile;
  readonly #fd: number;
  /** Times of what has been written and not told yet. */
  #pending: { end: number; at: number }[] = [];
  #end: number;
  #isClosed = false;

  constructor(file: LogFile) {
    this.file = file;
    this.#end = file.size;
    this.#fd = openSync(file.path, "a", 0o600);
  }

  get end(): number {
    return this.#end;
  }

  write(pieces: readonly TimedBytes[]): void {
    if (pieces.length === 0) return;
    const before = this.#end;
    const bytes = Buffer.concat(pieces.map((piece) => piece.bytes));
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd, bytes, done);
    } catch (error) {
      this.cut(before);
      throw error;
    }
    for (const piece of pieces) {
      this.#end += piece.bytes.length;
      const last = this.#pending.at(-1);
      // What came within a millisecond is one record.
      if (last?.at === piece.at) last.end = this.#end;
      else this.#pending.push({ end: this.#end, at: piece.at });
    }
  }

  /** Lets readers see what was written. */
  publish(): void {
    for (const { end, at } of this.#pending) this.file.wrote(end, at);
    this.#pending = [];
  }

  cut(to: number): void {
    this.#pending = [];
    this.#end = Math.min(to, this.#end);
    // What was appended and is not counted yet, since the disk was full in the middle of it, goes too.
    try {
      ftruncateSync(this.#fd, this.#end);
    } catch {
      // It was removed; what goes on is written to nowhere.
    }
    this.file.cutTo(this.#end);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#fd);
  }
}
