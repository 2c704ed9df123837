import { closeSync, fstatSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import type { UnitId } from "../../model/ids.ts";
import { type LogStream, logPath, sidecarPath } from "./log-path.ts";
import { type ReadAt, readAt, readNow } from "./read-at.ts";
import { TimeIndex } from "./time-index.ts";

/** One start of a replica, as far as logs know it. */
export interface Run {
  unit: UnitId;
  service: string;
  index: number;
  generation: number;
}

/** A log that is open to be read; `release` exactly once. */
export interface ReadHandle {
  readAt: ReadAt;
  release(): void;
}

/** What was written so lately is in memory, so reading a little of it does not wait for a disk. */
const hotBytes = 256 * 1024;
const hotReadBytes = 16 * 1024;

/**
 * One stream of one generation on disk. While it is live it is followed: it holds a descriptor, `size` is what has been
 * seen, and every byte before that has a time. Once closed it does not change, whatever is still written to it.
 */
export class LogFile {
  readonly run: Run;
  readonly stream: LogStream;
  readonly path: string;
  readonly index: TimeIndex;
  #size = 0;
  #isLive = false;
  #isLoaded = false;
  #isGone = false;
  #loading: Promise<void> | null = null;
  #fd: number | null = null;
  /** One for being live, one for every reader that holds the descriptor. */
  #holders = 0;

  constructor(dir: string, run: Run, stream: LogStream) {
    this.run = run;
    this.stream = stream;
    this.path = logPath(dir, run.service, run.index, run.generation, stream);
    this.index = new TimeIndex(sidecarPath(this.path));
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Whether size and times are known; a live file's always are. */
  get isLoaded(): boolean {
    return this.#isLive || this.#isLoaded;
  }

  /** It is not there, or not ours to read: it has neither lines nor separators. Known once it is loaded. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Bytes that may be read. */
  get size(): number {
    return this.#size;
  }

  get startedAt(): number {
    return this.index.header.startedAt;
  }

  /** Nothing in this file is newer. */
  get newestAt(): number {
    return Math.max(this.index.newestAt(this.#size), this.index.header.end?.at ?? 0);
  }

  /** What the end separator says; null where there is none: the run goes on, or nobody saw it end, or this is stderr. */
  get endNote(): string | null {
    return this.stream === "out" && !this.#isLive ? (this.index.header.end?.note ?? null) : null;
  }

  /** Where the last item of this file ends; see `LogPosition`. */
  get extent(): number {
    if (this.#isLive) return this.#size;
    return this.#size + (this.endNote === null ? 1 : 2);
  }

  /** Begins to follow: from now on `poll` sees it grow. Throws what the system says. */
  follow(startedAt: number, now: number): void {
    this.#fd = openSync(this.path, "r");
    this.#holders++;
    this.#isLive = true;
    this.#isGone = false;
    const { size, mtimeMs } = fstatSync(this.#fd);
    // What was written while nobody looked is as old as the last write, as far as anyone can tell.
    const writtenAt = Math.min(mtimeMs, now);
    if (size > 0) this.index.recover(startedAt, writtenAt);
    else this.index.begin(startedAt);
    if (this.index.header.end !== null) this.index.setEnd(null);
    if (size < this.index.lastEnd) this.index.reset();
    this.#size = size;
    this.index.append(size, writtenAt);
  }

  /** Looks at the size; true where it changed. */
  poll(now: number): boolean {
    if (!this.#isLive || this.#fd === null) return false;
    let size: number;
    try {
      size = fstatSync(this.#fd).size;
    } catch {
      return false;
    }
    if (size === this.#size) return false;
    if (size < this.#size) this.index.reset();
    this.#size = size;
    this.index.append(size, now);
    return true;
  }

  /** Its one writer, the daemon itself, has appended up to `end`; `at` is when that was printed. */
  wrote(end: number, at: number): void {
    this.#size = end;
    this.index.append(end, at);
  }

  /** Its one writer has taken back what stood behind `end`. */
  cutTo(end: number): void {
    if (end >= this.#size) return;
    this.#size = end;
    if (end < this.index.lastEnd) this.index.cutTo(end);
  }

  /** The writer is gone: takes what is there and freezes. Readers that hold the descriptor go on. */
  close(now: number, note: string): void {
    if (!this.#isLive) return;
    this.poll(now);
    this.index.setEnd({ size: this.#size, at: Math.max(now, this.index.lastAt), note });
    this.leave(now);
  }

  /** Follows no longer, though the writer may go on: the daemon ends, or a newer generation has begun. */
  leave(now: number): void {
    if (!this.#isLive) return;
    this.poll(now);
    this.#isLive = false;
    this.#isLoaded = true;
    this.#release();
  }

  /** Finds out size and times of a run of the past. Never rejects: what is gone has no bytes. */
  load(): Promise<void> {
    if (this.isLoaded) return Promise.resolve();
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Null where the file is gone. */
  async open(): Promise<ReadHandle | null> {
    const fd = this.#fd;
    if (fd !== null) {
      this.#holders++;
      const isHot = (buffer: Buffer, position: number): boolean =>
        buffer.length <= hotReadBytes && position + hotBytes >= this.#size;
      return {
        readAt: (buffer, position) =>
          isHot(buffer, position) ? readNow(fd, buffer, position) : readAt(fd, buffer, position),
        release: () => this.#release(),
      };
    }
    try {
      const file = await open(this.path, "r");
      return { readAt: (buffer, position) => readAt(file.fd, buffer, position), release: () => void file.close() };
    } catch {
      return null;
    }
  }

  async #load(): Promise<void> {
    try {
      const file = await open(this.path, "r");
      const { size, mtimeMs, birthtimeMs } = await file.stat().finally(() => file.close());
      await this.index.load(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs, mtimeMs);
      if (this.#isLive) return;
      this.#size = Math.min(size, this.index.header.end?.size ?? size);
    } catch {
      this.#isGone = !this.#isLive;
    }
    this.#isLoaded = true;
  }

  #release(): void {
    if (--this.#holders > 0 || this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
  }
}
