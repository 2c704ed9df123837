import type { UnitId } from "../../model/ids.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../model/log.ts";

const pageLines = 500;
/** How long a watch sleeps at most; it wakes when a line comes. */
const waitMs = 600_000;

/** What a watch needs of the logs. */
interface LogSource {
  read(query: LogQuery, signal: AbortSignal): Promise<LogPage>;
  /** Known, and written to no more. */
  hasEnded(unit: UnitId, generation: number): boolean;
}

interface LineWatch {
  unit: UnitId;
  generation: number;
  stop: AbortController;
  done: Promise<void>;
}

/** Hands the lines of generations, as they come, to those who watch them. */
export class LineWatches {
  readonly #source: LogSource;
  readonly #watches = new Set<LineWatch>();
  #isClosed = false;

  constructor(source: LogSource) {
    this.#source = source;
  }

  /** See `LogStore.watchLines`. */
  watch(unit: UnitId, generation: number, onLine: (line: string) => void): () => void {
    const stop = new AbortController();
    const watch = { unit, generation, stop, done: Promise.resolve() };
    watch.done = this.#deliver(unit, generation, stop.signal, onLine).finally(() => this.#watches.delete(watch));
    this.#watches.add(watch);
    return () => stop.abort();
  }

  /** Resolves once all who watch a generation that has ended have had its lines. */
  async delivered(unit: UnitId, generation: number): Promise<void> {
    const watches = [...this.#watches].filter((watch) => watch.unit === unit && watch.generation === generation);
    await Promise.all(watches.map((watch) => watch.done));
  }

  /** Nobody is told of anything from here on; resolves once no read is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watch of this.#watches) watch.stop.abort();
    await Promise.all([...this.#watches].map((watch) => watch.done));
  }

  async #deliver(unit: UnitId, generation: number, stop: AbortSignal, onLine: (line: string) => void): Promise<void> {
    let from: LogCursor | "start" = "start";
    let partial: LogLine | null = null;
    while (!stop.aborted && !this.#isClosed) {
      const hasEnded = this.#source.hasEnded(unit, generation);
      const query: LogQuery = { units: [unit], generation, from, direction: "forward", limit: pageLines };
      const page: LogPage = await this.#source.read(hasEnded ? query : { ...query, waitMs }, stop);
      for (const line of page.lines) {
        if (line.kind !== "line" || stop.aborted) continue;
        // A run that has ended makes its last line whole, which is no news where nothing was added.
        const isKnown = line.offset === partial?.offset && line.stream === partial.stream && line.text === partial.text;
        if (!isKnown) onLine(line.text);
        partial = line.isPartial ? line : null;
      }
      from = page.after;
      if (hasEnded && page.atEnd) return;
    }
  }
}
