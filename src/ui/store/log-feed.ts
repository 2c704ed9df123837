import { messageOf } from "../../lib/message-of.ts";
import { sleep } from "../../lib/sleep.ts";
import type { EngineClient } from "../../model/client.ts";
import type { LogCursor, LogPage, LogQuery } from "../../model/log.ts";
import type { LogPattern } from "../state/log-pattern.ts";
import { linesIn } from "./line-rate.ts";
import { LogBuffer } from "./log-buffer.ts";
import { emptyLogFeedStatus, type LogFeedStatus } from "./log-feed-status.ts";
import { RateMeter } from "./rate-meter.ts";
import { readMatching } from "./read-matching.ts";

const pageLines = 500;
/** Log text is drawn about fifteen times a second; a page that comes sooner would be merged anyway. */
const pageIntervalMs = 66;
/** What a filtered log is read back for at once: more than a large screen shows. */
const filledLines = 200;
const quietMs = 250;
const retryMs = 1000;
const staleMs = 80;
const longPollMs = 25_000;

/**
 * Reads one log at a time into a bounded buffer: the newest lines as they come, older pages on demand. Lines never touch React;
 * `onChange` says that there is something to draw. Every read is made in the name of one choice of log, and an answer that
 * comes after another log was chosen is dropped.
 */
export class LogFeed {
  readonly buffer = new LogBuffer();
  readonly #client: EngineClient;
  readonly #onChange: () => void;
  readonly #rate: RateMeter;
  #units: string[] | null = null;
  #filter: LogPattern | null = null;
  #isFollowing = true;
  #run = new AbortController();
  #isReadingHistory = false;
  #status: LogFeedStatus = emptyLogFeedStatus();

  constructor(client: EngineClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
    this.#rate = new RateMeter(onChange);
  }

  status(): LogFeedStatus {
    return { ...this.#status, linesPerSecond: this.#rate.perSecond() };
  }

  /** Chooses a log, from its end, and which lines of it. `units` as in a log query; nothing happens where it is the one that is read. */
  watch(units: string[], filter: LogPattern | null = null): void {
    const isSameFilter = this.#filter?.source === filter?.source && this.#filter?.ignoreCase === filter?.ignoreCase;
    if (this.#units !== null && this.#units.join(" ") === units.join(" ") && isSameFilter) return;
    this.#units = units;
    this.#filter = filter;
    this.#restart();
  }

  /** While it follows, what cannot be shown is passed over; else nothing is, and the reading pauses where the buffer is full. */
  setFollowing(isFollowing: boolean): void {
    if (isFollowing === this.#isFollowing) return;
    this.#isFollowing = isFollowing;
    if (this.#units === null || this.#status.isLoading) return;
    if (this.#status.isLive) this.#resume();
    else if (isFollowing) this.#restart();
  }

  async loadOlder(): Promise<void> {
    const from = this.buffer.before;
    if (from === null || this.#status.isAtStart) return;
    await this.#history(from, "backward", (page) => {
      this.#status.isAtStart = page.atStart;
      if (this.buffer.prepend(page)) this.#pause();
    });
  }

  /** Only where the newest lines are not in the buffer. */
  async loadNewer(): Promise<void> {
    const from = this.buffer.after;
    if (from === null || this.#status.isLive) return;
    await this.#history(from, "forward", (page) => {
      const oldest = this.buffer.first;
      this.buffer.append(page);
      if (this.buffer.first !== oldest) this.#status.isAtStart = false;
      if (page.atEnd) this.#resume();
    });
  }

  /** Puts the oldest lines there are into the buffer. */
  async loadStart(): Promise<void> {
    if (this.#status.isAtStart || this.#status.isLoading) return;
    await this.#history("start", "forward", (page) => {
      this.#pause();
      this.buffer.reset(page);
      this.#status.isAtStart = true;
      if (page.atEnd) this.#resume();
    });
  }

  /** Puts the lines on both sides of a place into the buffer. False where they could not be read, or another log was chosen meanwhile. */
  async loadAround(cursor: LogCursor): Promise<boolean> {
    this.#pause();
    const { signal } = this.#run;
    const older = await this.#readSome({ from: cursor, direction: "backward", limit: pageLines }, signal);
    const newer = await this.#readSome({ from: cursor, direction: "forward", limit: pageLines }, signal);
    if (signal.aborted || older === null || newer === null) return false;
    this.#status.isLoading = false;
    this.buffer.reset(older);
    this.buffer.append(newer);
    this.#status.isAtStart = older.atStart;
    if (newer.atEnd) this.#resume();
    this.#onChange();
    return true;
  }

  close(): void {
    this.#run.abort();
    this.#rate.close();
  }

  #restart(): void {
    this.#rate.reset();
    this.#status = emptyLogFeedStatus();
    this.#pause();
    void this.#begin(this.#run.signal);
  }

  #pause(): void {
    this.#run.abort();
    this.#run = new AbortController();
    this.#isReadingHistory = false;
    this.#status.isFiltering = false;
    this.#status.isLive = false;
  }

  #resume(): void {
    this.#pause();
    this.#status.isLive = true;
    void this.#poll(this.#run.signal);
  }

  async #history(
    from: LogPage["before"] | "start",
    direction: "forward" | "backward",
    take: (page: LogPage) => void,
  ): Promise<void> {
    if (this.#isReadingHistory) return;
    this.#isReadingHistory = true;
    const { signal } = this.#run;
    const page = await this.#readSome({ from, direction, limit: pageLines }, signal);
    if (signal.aborted) return;
    this.#isReadingHistory = false;
    if (page === null) return;
    take(page);
    this.#onChange();
  }

  /** The last page of what there is, then what follows it. */
  async #begin(signal: AbortSignal): Promise<void> {
    // The lines of the log before stay for a moment, since an empty pane in between would flicker; but not under another name.
    void sleep(staleMs, signal).then(() => {
      if (signal.aborted || !this.#status.isLoading) return;
      this.buffer.reset(null);
      this.#onChange();
    });
    for (;;) {
      const page = await this.#readSome({ from: "end", direction: "backward", limit: pageLines }, signal);
      if (signal.aborted) return;
      if (page !== null) {
        this.buffer.reset(page);
        this.#status = { ...this.#status, isLoading: false, isAtStart: page.atStart, isLive: true };
        this.#onChange();
        void this.#fillPage(signal);
        return this.#poll(signal);
      }
      this.buffer.reset(null);
      this.#onChange();
      await sleep(retryMs, signal);
    }
  }

  /** A filter lets few lines through: goes on until there is a page of them, while the first are shown already. */
  async #fillPage(signal: AbortSignal): Promise<void> {
    if (this.#filter === null) return;
    while (!signal.aborted && !this.#status.isAtStart && this.buffer.last - this.buffer.first < filledLines) {
      const before = this.buffer.before;
      await this.loadOlder();
      if (this.buffer.before === before) return;
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    // A filtered log is read in order: the newest page of a flood may hold no match at all, and would leave an empty screen. Only where the
    // matches themselves come too fast are some passed over.
    let isFlooded = this.#filter === null;
    while (!signal.aborted) {
      const from = this.buffer.after;
      if (from === null) return;
      if (!this.#isFollowing && this.buffer.isFull) {
        this.#status.isLive = false;
        return;
      }
      const askedAt = performance.now();
      const page = await this.#read(
        {
          from,
          direction: "forward",
          limit: pageLines,
          // After a failure the first answer comes at once: a wait would keep saying what was wrong.
          ...(this.#status.problem === null ? { waitMs: longPollMs } : {}),
          ...(this.#isFollowing && isFlooded ? { latest: true } : {}),
        },
        signal,
      );
      if (signal.aborted) return;
      const hasChanged = page !== null && this.#take(page);
      const tookMs = performance.now() - askedAt;
      if (this.#filter !== null) isFlooded = page !== null && !page.atEnd && page.lines.length >= pageLines;
      if (page === null) await sleep(retryMs, signal);
      else if (hasChanged || !page.atEnd) await sleep(pageIntervalMs - tookMs, signal);
      // The same partial line again, or an empty answer that did not wait.
      else await sleep(quietMs - tookMs, signal);
    }
  }

  #take(page: LogPage): boolean {
    if (page.skippedBytes > 0) {
      // What was passed over is read from disk when somebody scrolls up: the buffer stays without a gap.
      this.buffer.reset(page);
      this.#status.skippedBytes += page.skippedBytes;
      this.#status.isAtStart = false;
    } else {
      const oldest = this.buffer.first;
      const hasChanged = this.buffer.append(page);
      if (this.buffer.first !== oldest) this.#status.isAtStart = false;
      if (!hasChanged) return false;
    }
    this.#rate.add(linesIn(page));
    this.#onChange();
    return true;
  }

  /** A page with something in it, where there is anything. */
  async #readSome(query: Omit<LogQuery, "units">, signal: AbortSignal): Promise<LogPage | null> {
    if (this.#filter === null) return this.#read(query, signal);
    this.#status.isFiltering = true;
    this.#onChange();
    const read = (next: LogQuery) => this.#read(next, signal);
    const page = await readMatching(read, { ...query, units: [] }, 1, signal);
    if (!signal.aborted) this.#status.isFiltering = false;
    return page;
  }

  async #read(query: Omit<LogQuery, "units">, signal: AbortSignal): Promise<LogPage | null> {
    const filter = this.#filter;
    const matching = filter === null ? {} : { grep: filter.source, ignoreCase: filter.ignoreCase };
    try {
      const page = await this.#client.readLogs({ ...query, ...matching, units: this.#units ?? [] }, signal);
      this.#say(null, signal);
      return page;
    } catch (error) {
      this.#say(messageOf(error), signal);
      return null;
    }
  }

  #say(problem: string | null, signal: AbortSignal): void {
    if (signal.aborted || this.#status.problem === problem) return;
    this.#status.problem = problem;
    this.#onChange();
  }
}
