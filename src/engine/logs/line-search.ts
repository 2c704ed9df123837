import type { LineMatcher } from "../../lib/line-matcher.ts";
import type { LogLine } from "../../model/log.ts";
import { type LogItem, toLogLine } from "./log-item.ts";

/** What is looked at with one call: enough that its cost does not show, little enough that looking ahead is cheap. */
export const windowLines = 256;
const windowBytes = 256 * 1024;

/** What an expression finds among items that are read one by one: it is asked about many at a time, some of them ahead. */
export class LineSearch {
  readonly #matcher: LineMatcher;
  /** Of items that were looked at and not taken: the line, or null where it does not match. */
  readonly #looked = new Map<LogItem, LogLine | null>();
  hasLooked = false;

  constructor(matcher: LineMatcher) {
    this.#matcher = matcher;
  }

  knows(item: LogItem): boolean {
    return this.#looked.has(item);
  }

  /** Looks at the first of these, and at as many more as take little time; see LineMatcher. Throws PatternTooSlow. */
  look(ahead: readonly LogItem[]): void {
    this.hasLooked = true;
    const lines: { item: LogItem; line: LogLine }[] = [];
    let bytes = 0;
    for (const item of ahead) {
      if (item.kind !== "line") {
        // A separator is nobody's line.
        this.#looked.set(item, null);
        continue;
      }
      if (bytes > windowBytes) break;
      const line = toLogLine(item);
      lines.push({ item, line });
      bytes += line.text.length;
    }
    const verdicts = this.#matcher.matchSome(lines.map(({ line }) => line.text));
    for (const [i, verdict] of verdicts.entries()) {
      const looked = lines[i];
      if (looked !== undefined) this.#looked.set(looked.item, verdict ? looked.line : null);
    }
  }

  /** The item as a line, null where it does not match. It is forgotten then. */
  take(item: LogItem): LogLine | null {
    const line = this.#looked.get(item) ?? null;
    this.#looked.delete(item);
    return line;
  }
}
