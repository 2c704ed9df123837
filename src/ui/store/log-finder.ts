import type { EngineClient } from "../../model/client.ts";
import type { LogCursor, LogLine, LogPage, LogQuery } from "../../model/log.ts";
import { lineMatches, linesMatch } from "../state/line-matches.ts";
import type { LogPattern } from "../state/log-pattern.ts";
import { lineKey } from "../state/log-search.ts";
import { readMatching } from "./read-matching.ts";

/** Which lines are looked for: in the log of these units, those that match all of the patterns. */
export interface Wanted {
  units: string[];
  patterns: readonly LogPattern[];
}

/** What is known about the matches. */
export interface MatchCount {
  /** Of those that were counted, the newest is 1. Null where the line is not among them. */
  placeOf(key: string): number | null;
  count: number;
  /** There are more, older ones: the count is bounded. */
  isMore: boolean;
  isCounting: boolean;
}

/** More than this are not counted: `1000+`. */
const mostCounted = 1000;
/** How often lines that came since are looked through. */
const refreshMs = 1000;
const pageLines = 500;

/**
 * Looks for lines in the whole log, on disk: counts them, newest first, and finds the next one from a place. The store answers each question
 * within some fifty milliseconds, so looking through a long history is many questions, and stops at once when it is not wanted any more.
 */
export class LogFinder {
  readonly #client: EngineClient;
  readonly #onChange: () => void;
  #wanted: Wanted | null = null;
  #counting = new AbortController();
  #finding: AbortController | null = null;
  /** Of the matches, the oldest first. */
  #keys: string[] = [];
  #isMore = false;
  #isCounting = false;
  #after: LogCursor | null = null;
  #refresh: NodeJS.Timeout | null = null;

  constructor(client: EngineClient, onChange: () => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  /** What is to be counted from now on; null for nothing. */
  look(wanted: Wanted | null): void {
    if (keyOf(this.#wanted) === keyOf(wanted)) return;
    this.#wanted = wanted;
    this.stop();
    this.#counting.abort();
    this.#counting = new AbortController();
    this.#keys = [];
    this.#isMore = false;
    this.#after = null;
    this.#cancelRefresh();
    this.#isCounting = wanted !== null;
    if (wanted !== null) void this.#count(wanted, this.#counting.signal);
  }

  /** Lines have come: those that match are counted soon. */
  grew(): void {
    if (this.#after === null || this.#refresh !== null || this.#isCounting) return;
    const { signal } = this.#counting;
    this.#refresh = setTimeout(() => {
      this.#refresh = null;
      void this.#countNewer(signal);
    }, refreshMs);
  }

  status(): MatchCount | null {
    if (this.#wanted === null) return null;
    const keys = this.#keys;
    return {
      placeOf: (key) => {
        const index = keys.lastIndexOf(key);
        return index === -1 ? null : keys.length - index;
      },
      count: Math.min(keys.length, mostCounted),
      isMore: this.#isMore || keys.length > mostCounted,
      isCounting: this.#isCounting,
    };
  }

  /**
   * The nearest match before (-1) or after (1) a place, with a place right beside it. Null where there is none; `stopped` where nobody wants
   * to know any more. Rejects where the log cannot be read.
   */
  async find(from: LogCursor, step: -1 | 1): Promise<{ line: LogLine; cursor: LogCursor } | null | "stopped"> {
    this.stop();
    const wanted = this.#wanted;
    if (wanted === null) return "stopped";
    const finding = new AbortController();
    this.#finding = finding;
    let at = from;
    for (;;) {
      const query = { ...queryFor(wanted), from: at, direction: directionOf(step), limit: 1 };
      const page = await readMatching((next, s) => this.#client.readLogs(next, s), query, 1, finding.signal).catch(
        (error: unknown) => {
          if (finding.signal.aborted) return null;
          throw error;
        },
      );
      if (finding.signal.aborted || page === null) return "stopped";
      const line = step === -1 ? page.lines.at(-1) : page.lines[0];
      if (line === undefined) return null;
      at = step === -1 ? page.before : page.after;
      if (wanted.patterns.every((pattern) => lineMatches(line, pattern))) return { line, cursor: at };
    }
  }

  /** What is being looked for is not wanted any more; counting goes on. */
  stop(): void {
    this.#finding?.abort();
    this.#finding = null;
  }

  close(): void {
    this.stop();
    this.#counting.abort();
    this.#cancelRefresh();
  }

  async #count(wanted: Wanted, signal: AbortSignal): Promise<void> {
    let from: LogCursor | "end" = "end";
    while (!signal.aborted) {
      const page = await this.#read({ ...queryFor(wanted), from, direction: "backward", limit: pageLines }, signal);
      if (signal.aborted) return;
      if (page === null || page.before === from) break;
      this.#after ??= page.after;
      this.#keys = [...keysOf(page, wanted), ...this.#keys];
      this.#isMore = !page.atStart;
      if (page.atStart || this.#keys.length >= mostCounted) break;
      from = page.before;
      this.#onChange();
    }
    this.#isCounting = false;
    this.#onChange();
  }

  async #countNewer(signal: AbortSignal): Promise<void> {
    const [wanted, from] = [this.#wanted, this.#after];
    if (wanted === null || from === null || signal.aborted) return;
    const page = await this.#read({ ...queryFor(wanted), from, direction: "forward", limit: pageLines }, signal);
    if (signal.aborted || page === null) return;
    this.#after = page.after;
    this.#keys.push(...keysOf(page, wanted));
    if (this.#keys.length > 2 * mostCounted) {
      this.#keys = this.#keys.slice(-mostCounted);
      this.#isMore = true;
    }
    if (page.lines.length > 0) this.#onChange();
    if (!page.atEnd) this.grew();
  }

  async #read(query: LogQuery, signal: AbortSignal): Promise<LogPage | null> {
    try {
      return await this.#client.readLogs(query, signal);
    } catch {
      // The feed reads the same log and says what is wrong.
      return null;
    }
  }

  #cancelRefresh(): void {
    if (this.#refresh !== null) clearTimeout(this.#refresh);
    this.#refresh = null;
  }
}

/** One that lets through what all patterns match, and perhaps more: a query has one expression and one rule for capitals. */
function queryFor({ units, patterns }: Wanted): Pick<LogQuery, "units" | "grep" | "ignoreCase"> {
  const ignoreCase = patterns.some((p) => p.ignoreCase);
  const [only] = patterns;
  const grep =
    patterns.length === 1 && only !== undefined
      ? only.source
      : `^${patterns.map(({ source }) => `(?=.*?(?:${source}))`).join("")}`;
  return { units, grep, ignoreCase };
}

/** A line without an end comes again, whole. */
function keysOf(page: LogPage, { patterns }: Wanted): string[] {
  const whole = page.lines.filter((line) => !line.isPartial);
  const found = patterns.reduce((left, pattern) => {
    const verdicts = linesMatch(left, pattern);
    return left.filter((_, i) => verdicts[i]);
  }, whole);
  return found.map(lineKey);
}

function directionOf(step: -1 | 1): LogQuery["direction"] {
  return step === -1 ? "backward" : "forward";
}

function keyOf(wanted: Wanted | null): string {
  return wanted === null ? "" : JSON.stringify(wanted);
}
