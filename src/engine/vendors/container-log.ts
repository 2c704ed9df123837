import type { Clock } from "../../lib/clock.ts";
import type { Failure } from "../../model/failure.ts";
import type { FailureOr } from "../failure-or.ts";
import type { LogRun, LogStore } from "../logs/log-store.ts";
import { logUnwritable } from "../logs/log-target.ts";
import type { LogWriter, TimedBytes } from "../logs/log-writer.ts";
import type { Docker, LogPiece } from "./docker.ts";
import { freshMark, MarkCounter, takenBefore } from "./log-mark.ts";
import { type LogPosition, PositionFile } from "./log-position.ts";

/** What waits to be written; beyond this the stream is held back. */
const mostWaitingBytes = 256 * 1024;
/** How soon a write that failed is tried again: the disk is full. */
const retryMs = 500;
/** What a container that has ended still has to tell comes within this; counted anew with each piece. */
const drainMs = 5_000;
/** How soon a stream that broke off is opened again, at first and at last. */
const reopenMs = 500;
const slowestReopenMs = 30_000;

export interface ContainerLogParts {
  docker: Docker;
  logs: LogStore;
  run: LogRun;
  /** The container's id. */
  container: string;
  clock: Clock;
  /** Something a person should know. */
  onNotice: (message: string) => void;
}

/**
 * Takes what a container prints over into the log of one run, with Docker's times. Goes on where the last one left off,
 * whoever that was: an earlier run of the same container, an earlier daemon, or itself before the engine went away. Each
 * piece is taken once: see log-mark.ts and log-position.ts.
 */
export class ContainerLog {
  readonly #parts: ContainerLogParts;
  readonly #writer: LogWriter;
  readonly #file: PositionFile;
  #position: LogPosition;
  #waiting: TimedBytes[] = [];
  #waitingBytes = 0;
  /** As it is to be once what waits is written. */
  #ahead: MarkCounter;
  #isFlushDue = false;
  /** Resolves once there is room again. */
  #room: PromiseWithResolvers<void> | null = null;
  #cancelRetry: (() => void) | null = null;
  #cancelReopen: (() => void) | null = null;
  #nextReopenMs = reopenMs;
  #reading: Promise<void> | null = null;
  #abort = new AbortController();
  #hasTty = false;
  #isStartDue = false;
  #isAtEnd = false;
  #isOver = false;
  #hasToldOfDisk = false;
  #lastPieceAt = 0;

  /** Makes the run's files, or goes on with them. */
  static open(parts: ContainerLogParts): FailureOr<{ log: ContainerLog }> {
    const begun = parts.logs.beginWritten(parts.run);
    if (!begun.ok) return begun;
    const { writer } = begun;
    const file = new PositionFile(parts.logs.folderOf(parts.run));
    const before = file.read();
    const { container } = parts;
    const { generation } = parts.run;
    const fresh: LogPosition = { container, generation, ends: { out: 0, err: 0 }, mark: freshMark };
    let position: LogPosition = before?.container === container ? before : fresh;
    try {
      if (position.generation === generation) writer.cut(position.ends);
      else position = { ...position, generation, ends: writer.ends };
      file.write(position);
    } catch (error) {
      writer.close();
      file.close();
      return { ok: false, failure: logUnwritable(parts.logs.pathOf(parts.run), error) };
    }
    return { ok: true, log: new ContainerLog(parts, writer, file, position) };
  }

  private constructor(parts: ContainerLogParts, writer: LogWriter, file: PositionFile, position: LogPosition) {
    this.#parts = parts;
    this.#writer = writer;
    this.#file = file;
    this.#position = position;
    this.#ahead = new MarkCounter(position.mark);
  }

  /** Begins to read, also anew where the engine was away; does nothing where it reads already. */
  start(hasTty: boolean): void {
    this.#hasTty = hasTty;
    if (this.#isOver) return;
    this.#cancelReopen?.();
    this.#cancelReopen = null;
    // The stream may be about to end: somebody has restarted the container, and it is seen to run again.
    this.#isStartDue = this.#reading !== null;
    if (this.#isStartDue) return;
    this.#reading = this.#read(true).then((read) => {
      this.#reading = null;
      if (this.#isOver) return;
      if (!read.ok) this.#brokeOff(read.failure);
      else if (this.#isStartDue) this.start(this.#hasTty);
    });
  }

  /** The container has ended: resolves once all that it printed is in the log, or cannot be had. */
  async finish(): Promise<void> {
    if (this.#isOver) return;
    await this.#drained();
    this.#cancelReopen?.();
    const wasAtEnd = this.#isAtEnd;
    // Asked once more: the engine may have been away, and it ends the stream before a last line without an end is in it.
    if (!this.#isOver) {
      this.#reading = this.#read(false).then(() => {
        this.#reading = null;
      });
      await this.#drained();
    }
    if (!wasAtEnd && !this.#isAtEnd) this.#parts.onNotice("what it printed last could not be had from Docker");
    this.#end();
  }

  /** Lets go, for whoever goes on. */
  release(): void {
    if (!this.#isOver) this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#giveUp();
    this.#cancelRetry?.();
    this.#cancelReopen?.();
    this.#flush();
    this.#cancelRetry?.();
    // Docker still has it, and the next one asks for it.
    this.#waiting = [];
    this.#writer.close();
    this.#file.close();
  }

  /** Waits for the end of the stream, for as long as something comes. */
  async #drained(): Promise<void> {
    this.#lastPieceAt = this.#parts.clock.now();
    while (this.#reading !== null) {
      const leftMs = this.#lastPieceAt + drainMs - this.#parts.clock.now();
      if (leftMs <= 0) {
        this.#giveUp();
        await this.#reading;
        this.#abort = new AbortController();
        return;
      }
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => {
        cancel = this.#parts.clock.after(leftMs, resolve);
      });
      await Promise.race([this.#reading, late]);
      cancel();
    }
  }

  /** Ends the stream, also where it is held back. */
  #giveUp(): void {
    this.#isStartDue = false;
    this.#abort.abort();
    this.#room?.resolve();
    this.#room = null;
  }

  /** A failure where it was cut short. */
  async #read(follow: boolean): Promise<FailureOr<object>> {
    const { docker, container } = this.#parts;
    // What waits was not taken yet: it is asked for again, unless it can be written now.
    this.#flush();
    this.#waiting = [];
    this.#waitingBytes = 0;
    const { mark } = this.#position;
    this.#ahead = new MarkCounter(mark);
    const isTaken = takenBefore(mark);
    const { signal } = this.#abort;
    const options = { since: mark.since, follow, hasTty: this.#hasTty, signal };
    const read = await docker.logs(container, options, (piece) => {
      if (!signal.aborted && !isTaken(piece)) return this.#take(piece);
    });
    this.#flush();
    this.#isAtEnd = read.ok && !signal.aborted && this.#waiting.length === 0;
    return read;
  }

  /** The engine is there, as far as anybody knows, and has cut off nothing but this; or it gives no logs out. */
  #brokeOff(failure: Failure): void {
    if (failure.kind !== "docker-unreachable") {
      this.#parts.onNotice(`what it prints cannot be had: ${failure.message}`);
      return;
    }
    this.#cancelReopen = this.#parts.clock.after(this.#nextReopenMs, () => this.start(this.#hasTty));
    this.#nextReopenMs = Math.min(this.#nextReopenMs * 2, slowestReopenMs);
  }

  #take(piece: LogPiece): void | Promise<void> {
    const { stream, bytes, time } = piece;
    this.#lastPieceAt = this.#parts.clock.now();
    this.#nextReopenMs = reopenMs;
    this.#waiting.push({ stream, bytes, at: Date.parse(time) });
    this.#waitingBytes += bytes.length;
    this.#ahead.take(piece);
    if (!this.#isFlushDue && this.#cancelRetry === null) {
      this.#isFlushDue = true;
      setImmediate(() => {
        this.#isFlushDue = false;
        if (!this.#isOver) this.#flush();
      });
    }
    if (this.#waitingBytes < mostWaitingBytes) return;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  /** Writes what waits; where that fails it goes on waiting, and is tried again. */
  #flush(): void {
    if (this.#waiting.length === 0) return;
    const before = this.#writer.ends;
    try {
      this.#writer.write(this.#waiting);
      const position: LogPosition = { ...this.#position, ends: this.#writer.ends, mark: this.#ahead.mark };
      this.#file.write(position);
      this.#position = position;
    } catch (error) {
      this.#writer.cut(before);
      this.#retryLater(error);
      return;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hasToldOfDisk = false;
    this.#room?.resolve();
    this.#room = null;
  }

  #retryLater(error: unknown): void {
    if (!this.#hasToldOfDisk) {
      this.#hasToldOfDisk = true;
      const { message } = logUnwritable(this.#parts.logs.pathOf(this.#parts.run), error);
      this.#parts.onNotice(`${message}; Docker keeps what it prints until it can`);
    }
    this.#cancelRetry ??= this.#parts.clock.after(retryMs, () => {
      this.#cancelRetry = null;
      if (!this.#isOver) this.#flush();
    });
  }
}
