/*
 * How logs work
 *
 *   service ──write──► <generation>.log          one O_APPEND descriptor for stdout and stderr; the daemon is not between
 *                          │ fstat: size                                           │ pread, when somebody asks
 *                          ▼                                                       ▼
 *   Follower ──grew──► LogFile ── (size, now) ──► TimeIndex ──► <generation>.idx   line-reader ─ raw lines, both ways
 *      │                                              └───────── time of a line ──────►  │
 *      │                                                                            Lane: all generations of one stream
 *      └──► GrowthSignal ──► a read that waits ─┐                                        │  of one unit, as items
 *                                               ▼                                        ▼
 *                      LogQuery ──────────► readPage ◄── merged by (time, unit, generation, offset) ── MergeQueue
 *                                               └──► LogPage, with cursors: one (generation, end) for each lane
 *
 * Nobody pushes text. The follower learns that a file has grown and writes down when; that is all that happens while
 * nobody looks. Text is read from the files, in the window that a query asks for, and forgotten. So a flood costs the
 * daemon some forty fstat calls a second, and a reader that is slow costs nothing at all.
 *
 * A cursor is a position in each lane, not a time, so nothing is lost or doubled whatever clocks do. An item lies after
 * a position if it ends after it: a line that was shown before it was complete comes again, whole, once it is longer.
 * A line's time is that of its first byte and never changes, so forward and backward give the same order.
 *
 * A live file ends at the size that was seen, since every byte that is shown must have a time. A closed file ends for
 * good: its last line is complete with or without a line end, and the separator with the exit status follows it.
 */
import { mkdir } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type Clock, systemClock } from "../../lib/clock.ts";
import type { UnitId } from "../../model/ids.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../model/log.ts";
import type { FailureOr } from "../failure-or.ts";
import { Catalog } from "./catalog.ts";
import { encodeCursor } from "./cursor.ts";
import { Follower } from "./follower.ts";
import { GrowthSignal } from "./growth-signal.ts";
import { IndexWriter } from "./index-writer.ts";
import { LineWatches } from "./line-watches.ts";
import type { LogFile, Run } from "./log-file.ts";
import { type LogStream, logPath, replicaFolder } from "./log-path.ts";
import { type LogTarget, logUnwritable, makeLogTarget } from "./log-target.ts";
import { LogWriter } from "./log-writer.ts";
import { parseQuery } from "./page-query.ts";
import { Pruner } from "./pruner.ts";
import { type RawPage, readPage } from "./read-page.ts";
import type { RetentionLimits } from "./retention.ts";

const pruneAfterMs = 2000;
/** What begins and ends meanwhile is dealt with together: a crash loop must not be looked through at each turn. */
const pruneEveryMs = 10_000;

/** A generation whose output the store is to keep. `startedAt` is in milliseconds since the epoch. */
export interface LogRun extends Run {
  startedAt: number;
  splitStderr: boolean;
}

export interface LogStoreOptions extends RetentionLimits {
  /** `.orchestra/logs`; made when it is needed. */
  dir: string;
  clock?: Clock;
  /** Told what a person should know that fails nothing; each kind once. */
  onNotice?: (message: string) => void;
}

/** Keeps the logs of all units: hands out the files to write to, follows them, answers queries, drops what is old. */
export class LogStore {
  readonly #clock: Clock;
  readonly #catalog: Catalog;
  readonly #follower: Follower;
  readonly #growth = new GrowthSignal();
  readonly #pruner = new Pruner();
  readonly #indexWriter: IndexWriter;
  readonly #watches: LineWatches;
  readonly #onNotice: (message: string) => void;
  #limits: RetentionLimits;
  #cancelPrune: (() => void) | null = null;
  #prunedAt = -Infinity;
  #isClosed = false;

  constructor(options: LogStoreOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#catalog = new Catalog(options.dir);
    this.#limits = { keepMs: options.keepMs, maxSizeBytes: options.maxSizeBytes };
    this.#onNotice = options.onNotice ?? (() => undefined);
    this.#follower = new Follower(this.#clock, (file) => this.#grew(file), this.#onNotice);
    this.#indexWriter = new IndexWriter(this.#clock, () =>
      this.#onNotice(`the times of log lines cannot be written to ${options.dir}; is the disk full?`),
    );
    this.#watches = new LineWatches({
      read: (query, signal) => this.read(query, signal),
      hasEnded: (unit, generation) => this.#hasEnded(unit, generation),
    });
  }

  configure(limits: RetentionLimits): void {
    this.#limits = { keepMs: limits.keepMs, maxSizeBytes: limits.maxSizeBytes };
  }

  /**
   * Makes the folders of replicas that are going to start, off the main thread: `begin` would do it too, but a new
   * folder takes up to half a millisecond, which two hundred starts in a row would feel. Never rejects; `begin` says
   * what is wrong.
   */
  async prepare(replicas: Iterable<{ service: string; index: number }>): Promise<void> {
    const made = [...replicas].map(({ service, index }) =>
      mkdir(replicaFolder(this.#catalog.dir, service, index), { recursive: true, mode: 0o700 }),
    );
    await Promise.allSettled(made);
  }

  /** Makes the files of a generation and begins to follow them. */
  begin(run: LogRun): LogTarget {
    const now = this.#clock.now();
    let startedAt = run.startedAt;
    for (const older of this.#catalog.liveFilesOf(run.unit)) {
      // Its writer is gone, or this generation would not start.
      startedAt = Math.max(startedAt, older.newestAt);
      this.#leave(older, now);
    }
    const files = streamsOf(run).map((stream) => this.#catalog.file(run, stream));
    const [out, err] = files.map((file) => file.path);
    const target = makeLogTarget([out ?? "", err]);
    if (!target.ok) return target;
    for (const file of files) {
      try {
        this.#follow(file, startedAt, now);
      } catch (error) {
        for (const followed of files) this.#leave(followed, now);
        return { ok: false, failure: logUnwritable(file.path, error) };
      }
    }
    this.#prunesSoon();
    return target;
  }

  /** As `begin`, for a run whose output comes to the daemon, which is the one that writes it. */
  beginWritten(run: LogRun): FailureOr<{ writer: LogWriter }> {
    const now = this.#clock.now();
    for (const older of this.#catalog.liveFilesOf(run.unit)) {
      if (older.run.generation !== run.generation) this.#leave(older, now);
    }
    const files = streamsOf(run).map((stream) => this.#catalog.file(run, stream));
    const [out, err = null] = files;
    const target = makeLogTarget([out?.path ?? "", err?.path]);
    if (!target.ok) return target;
    try {
      for (const file of files) {
        if (file.isLive) continue;
        file.follow(run.startedAt, now);
        this.#grew(file);
      }
      this.#prunesSoon();
      return { ok: true, writer: new LogWriter(out as LogFile, err, (file) => this.#grew(file)) };
    } catch (error) {
      for (const followed of files) this.#leave(followed, now);
      return { ok: false, failure: logUnwritable(target.out, error) };
    }
  }

  /** The folder of a replica's runs, for what is kept beside its logs. */
  folderOf({ service, index }: Pick<LogRun, "service" | "index">): string {
    return replicaFolder(this.#catalog.dir, service, index);
  }

  /** Where a run's stdout goes, whether it was begun or not. */
  pathOf({ service, index, generation }: Pick<LogRun, "service" | "index" | "generation">): string {
    return logPath(this.#catalog.dir, service, index, generation, "out");
  }

  /** Follows a generation that an earlier daemon began; what was written meanwhile gets the time of the last write. */
  adopt(run: LogRun): void {
    for (const stream of streamsOf(run)) {
      try {
        this.#follow(this.#catalog.file(run, stream), run.startedAt, this.#clock.now());
      } catch {
        // Somebody deleted it: its writer goes on writing to where nobody can read.
      }
    }
  }

  /**
   * The writer is gone: takes all it has written, closes the files, and resolves once everyone who watches the lines
   * has had them. `note` says how it ended ("exit 1") and stands in the separator after the last line.
   */
  async end(unit: UnitId, generation: number, note: string): Promise<void> {
    const now = this.#clock.now();
    const files = this.#catalog.filesOf(unit, generation).filter((file) => file.isLive);
    for (const file of files) {
      this.#follower.remove(file);
      file.close(now, note.replace(/[\p{Cc}]+/gu, " ").trim());
      this.#growth.notify(file);
    }
    await this.#indexWriter.write(files);
    this.#prunesSoon();
    await this.#watches.delivered(unit, generation);
  }

  /**
   * One page; see LogQuery. Names that nobody bears yield nothing. Rejects with a RangeError for a cursor or an
   * expression that is none, with PatternTooSlow for one that takes too long. A search may return before it has found
   * anything, with its cursor moved on: ask again until `atStart` or `atEnd`.
   */
  async read(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    let wanted = parseQuery(query);
    await this.#catalog.scan();
    // Fresh bytes are read without a turn of the event loop, so a caller that reads on and on would let nobody else in.
    await setImmediate();
    const until = performance.now() + (query.waitMs ?? 0);
    const names = new Set(query.units);
    const listener = this.#growth.listen(
      ({ run }) =>
        (names.size === 0 || names.has(run.unit) || names.has(run.service)) &&
        (query.generation === undefined || query.generation === run.generation),
    );
    let before: RawPage["before"] | null = null;
    let skippedBytes = 0;
    try {
      for (;;) {
        const lanes = this.#catalog.lanes(query.units, query.generation);
        if (!((query.waitMs ?? 0) > 0)) for (const { files } of lanes) for (const file of files) this.#check(file);
        const page = await readPage(lanes, wanted, this.#clock.now());
        before ??= page.before;
        skippedBytes += page.skippedBytes;
        const left = until - performance.now();
        const isOver = !(left > 0) || signal?.aborted === true || this.#isClosed;
        if (page.lines.length > 0 || !page.atEnd || query.direction === "backward" || isOver) {
          const { lines, atStart, atEnd } = page;
          // Where waiting began, older lines do not become newer ones.
          const first = lines.length > 0 ? page.before : before;
          return { lines, before: encodeCursor(first), after: encodeCursor(page.after), atStart, atEnd, skippedBytes };
        }
        wanted = { ...wanted, from: page.after };
        await listener.wait(Math.min(left, Math.max(1, page.nextPartialAt - this.#clock.now())), signal);
      }
    } finally {
      listener.close();
    }
  }

  /**
   * Calls `onLine` with every line of one generation, from its first, until the generation has ended or the result is
   * called. A last line without its end comes once it has rested, and again when it is longer. Nothing is skipped.
   */
  watchLines(unit: UnitId, generation: number, onLine: (line: string) => void): () => void {
    return this.#watches.watch(unit, generation, onLine);
  }

  /** The newest `count` lines of a unit, or of one of its generations; separators are not among them. */
  async tail(unit: UnitId, count: number, generation?: number): Promise<LogLine[]> {
    const found: LogLine[] = [];
    let from: LogCursor | "end" = "end";
    while (found.length < count) {
      const query: LogQuery = { units: [unit], from, direction: "backward", limit: count + 2 };
      if (generation !== undefined) query.generation = generation;
      const page: LogPage = await this.read(query);
      found.unshift(...page.lines.filter((line) => line.kind === "line"));
      if (page.atStart) break;
      from = page.before;
    }
    return found.slice(-count);
  }

  /** Drops what the limits do not allow, now; it happens by itself some time after runs begin and end. */
  async prune(): Promise<void> {
    this.#prunedAt = this.#clock.now();
    await this.#pruner.prune(this.#catalog, this.#limits, this.#clock.now());
  }

  /** Lets go of everything; services go on writing. Reads that wait return. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelPrune?.();
    const watchesEnded = this.#watches.close();
    const live = [...this.#catalog.files()].filter((file) => file.isLive);
    for (const file of live) this.#leave(file, this.#clock.now());
    this.#follower.close();
    this.#growth.wakeAll();
    await this.#indexWriter.close(live);
    await watchesEnded;
  }

  #follow(file: LogFile, startedAt: number, now: number): void {
    if (file.isLive) return;
    file.follow(startedAt, now);
    this.#follower.add(file);
    this.#grew(file);
  }

  #leave(file: LogFile, now: number): void {
    this.#follower.remove(file);
    file.leave(now);
    this.#grew(file);
  }

  #check(file: LogFile): void {
    if (file.isLive) this.#follower.check(file);
  }

  #grew(file: LogFile): void {
    this.#growth.notify(file);
    this.#indexWriter.grew(file);
  }

  #prunesSoon(): void {
    if (this.#cancelPrune !== null || this.#isClosed) return;
    const sinceMs = this.#clock.now() - this.#prunedAt;
    this.#cancelPrune = this.#clock.after(Math.max(pruneAfterMs, pruneEveryMs - sinceMs), () => {
      this.#cancelPrune = null;
      void this.prune();
    });
  }

  /** Known, and written to no more. */
  #hasEnded(unit: UnitId, generation: number): boolean {
    const files = this.#catalog.filesOf(unit, generation);
    return files.length > 0 && !files.some((file) => file.isLive);
  }
}

function streamsOf(run: LogRun): LogStream[] {
  return run.splitStderr ? ["out", "err"] : ["out"];
}
