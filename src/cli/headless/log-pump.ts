import type { Clock } from "../../lib/clock.ts";
import { sleep } from "../../lib/sleep.ts";
import type { LogCursor, LogLine } from "../../model/log.ts";
import { followLogs, type LogFilter, type LogSource, readTail, readToEnd } from "../read-log-pages.ts";

/** While the daemon is replaced its logs cannot be read. */
const retryMs = 250;
/** What a service writes that nobody stops has no end. */
const drainLimitMs = 2000;

/** Carries the log lines of some services to whoever shows them, from a moment on, until it is ended. */
export class LogPump {
  readonly #source: LogSource;
  readonly #clock: Clock;
  readonly #onLines: (lines: LogLine[]) => void;
  readonly #end = new AbortController();
  #cursor: LogCursor;
  #filter: LogFilter = { units: [] };
  #following: Promise<void> = Promise.resolve();

  private constructor(source: LogSource, clock: Clock, cursor: LogCursor, onLines: (lines: LogLine[]) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#cursor = cursor;
    this.#onLines = onLines;
  }

  /** Marks the present end of all logs: only what is written later will be shown. */
  static async atPresentEnd(source: LogSource, clock: Clock, onLines: (lines: LogLine[]) => void): Promise<LogPump> {
    const { after } = await readTail(source, { units: [] }, 0);
    return new LogPump(source, clock, after, onLines);
  }

  /** Begins to show the lines of these services. */
  follow(services: readonly string[]): void {
    if (services.length === 0) return;
    this.#filter = { units: [...services] };
    this.#following = this.#run();
  }

  /** Shows what was written by now, and ends. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#following;
    if (this.#filter.units.length === 0) return;
    const { promise: limit, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(drainLimitMs, resolve);
    // Where the daemon is gone there is nothing more to be had.
    const drained = readToEnd(this.#source, this.#filter, this.#cursor, this.#onLines).catch(() => {});
    await Promise.race([drained, limit]);
    cancel();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        const track = (lines: LogLine[], after: LogCursor): void => {
          this.#cursor = after;
          if (lines.length > 0) this.#onLines(lines);
        };
        await followLogs(this.#source, this.#filter, this.#cursor, track, signal);
      } catch {
        await sleep(retryMs, signal, this.#clock);
      }
    }
  }
}
