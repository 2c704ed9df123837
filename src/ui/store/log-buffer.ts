import type { LogCursor, LogLine, LogPage } from "../../model/log.ts";
import { lineKey } from "../state/log-search.ts";

/** A run of lines that came with one or more pages, with the places before and after it. */
interface Segment {
  count: number;
  chars: number;
  before: LogCursor;
  after: LogCursor;
}

export interface LogBufferLimits {
  lines: number;
  /** Characters of text, over all lines. */
  chars: number;
}

const segmentLines = 500;

/**
 * A contiguous stretch of a log, bounded in lines and text. Lines are numbered: appended ones upwards, older ones that are put before them
 * downwards, and a line keeps its number. A line that had no end yet is replaced in place when it comes again.
 */
export class LogBuffer {
  readonly #limits: LogBufferLimits;
  #lines: LogLine[] = [];
  #first = 0;
  #segments: Segment[] = [];
  /** Lines without an end, by where they begin. */
  #partials = new Map<string, number>();

  constructor(limits: LogBufferLimits = { lines: 10_000, chars: 8_000_000 }) {
    this.#limits = limits;
  }

  /** Number of the oldest line; `last` is one less where there is none. */
  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#first + this.#lines.length - 1;
  }

  at(seq: number): LogLine | null {
    return this.#lines[seq - this.#first] ?? null;
  }

  /** The lines that there still are between two numbers, both included. */
  lines(from: number, to: number): LogLine[] {
    return this.#lines.slice(Math.max(0, from - this.#first), Math.max(0, to - this.#first + 1));
  }

  /** Number of the line that `isIt` is true for, the newest of them; null where there is none. */
  find(isIt: (line: LogLine) => boolean): number | null {
    const index = this.#lines.findLastIndex(isIt);
    return index === -1 ? null : this.#first + index;
  }

  /** Where older (newer) lines are to be asked from; null before the first page. */
  get before(): LogCursor | null {
    return this.#segments[0]?.before ?? null;
  }

  get after(): LogCursor | null {
    return this.#segments.at(-1)?.after ?? null;
  }

  /** Forgets everything and begins with a page. Numbers go on, so that an old position never means a new line. */
  reset(page: LogPage | null): void {
    this.#first = this.last + 1;
    this.#lines = [];
    this.#segments = [];
    this.#partials.clear();
    if (page !== null) this.append(page);
  }

  /** Adds what follows the newest line; drops the oldest lines beyond the limits. True where anything visible changed. */
  append(page: LogPage): boolean {
    let segment = this.#segments.at(-1);
    // A line that is open in this segment should stay in it: its later form comes with a later page.
    const isLong =
      segment !== undefined && segment.count >= (this.#partials.size === 0 ? segmentLines : 2 * segmentLines);
    if (segment === undefined || isLong) {
      segment = { count: 0, chars: 0, before: page.before, after: page.after };
      this.#segments.push(segment);
    }
    segment.after = page.after;
    let hasChanged = false;
    for (const line of page.lines) hasChanged = this.#add(segment, line) || hasChanged;
    this.#trimFront();
    return hasChanged;
  }

  /** Adds what comes before the oldest line; drops the newest lines beyond the limits. True where the newest were dropped. */
  prepend(page: LogPage): boolean {
    const chars = page.lines.reduce((sum, line) => sum + line.text.length, 0);
    this.#lines.unshift(...page.lines);
    this.#first -= page.lines.length;
    this.#segments.unshift({ count: page.lines.length, chars, before: page.before, after: page.after });
    return this.#trimBack();
  }

  /** True where another page would drop lines at the other end. */
  get isFull(): boolean {
    return this.#lines.length >= this.#limits.lines || this.#chars() >= this.#limits.chars;
  }

  #add(segment: Segment, line: LogLine): boolean {
    const key = lineKey(line);
    const known = this.#partials.get(key);
    if (!line.isPartial) this.#partials.delete(key);
    if (known !== undefined && known >= this.#first) {
      const index = known - this.#first;
      const old = this.#lines[index];
      segment.chars += line.text.length - (old?.text.length ?? 0);
      this.#lines[index] = line;
      return old?.text !== line.text || old.isPartial !== line.isPartial;
    }
    this.#lines.push(line);
    segment.count += 1;
    segment.chars += line.text.length;
    if (line.isPartial) this.#partials.set(key, this.last);
    return true;
  }

  #chars(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.chars, 0);
  }

  #isOver(): boolean {
    return this.#lines.length > this.#limits.lines || this.#chars() > this.#limits.chars;
  }

  #trimFront(): void {
    while (this.#segments.length > 1 && this.#isOver()) {
      const dropped = this.#segments.shift()?.count ?? 0;
      this.#lines.splice(0, dropped);
      this.#first += dropped;
    }
    for (const [key, seq] of this.#partials) if (seq < this.#first) this.#partials.delete(key);
  }

  #trimBack(): boolean {
    let hasDropped = false;
    while (this.#segments.length > 1 && this.#isOver()) {
      const dropped = this.#segments.pop()?.count ?? 0;
      if (dropped > 0) this.#lines.splice(-dropped);
      hasDropped = true;
    }
    if (hasDropped) this.#partials.clear();
    return hasDropped;
  }
}
