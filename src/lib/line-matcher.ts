import { stripVTControlCharacters } from "node:util";
import { fairCpuMs, isPlainPattern, lineLimitMs } from "./pattern-limits.ts";
import { PatternTooSlow } from "./pattern-too-slow.ts";
import { timeBoxed } from "./time-boxed.ts";

/** For a line that others kept waiting. */
const mostChances = 3;

/**
 * An expression that somebody typed, for lines of a log: within limits, whatever it is. Escape sequences are not part of
 * what is looked at.
 */
export class LineMatcher {
  readonly #expression: RegExp;
  readonly #isPlain: boolean;
  /** For the line that it is at; none for an expression that is too slow. */
  #chancesLeft = mostChances;

  /** Throws a SyntaxError where it is no expression. */
  constructor(source: string, ignoreCase: boolean) {
    this.#expression = new RegExp(source, ignoreCase ? "i" : "");
    this.#isPlain = isPlainPattern(source);
  }

  /**
   * Whether they match, for the first of the lines: all that could be looked at in about 50 ms. None where others had the
   * cores meanwhile; then it is to be asked again, best after a turn of the event loop. Throws PatternTooSlow where one line
   * alone takes that long, and from then on for every line.
   */
  matchSome(lines: readonly string[]): boolean[] {
    const verdicts: boolean[] = [];
    const look = (): void => {
      for (const line of lines) verdicts.push(this.#expression.test(plain(line)));
    };
    if (this.#isPlain || lines.length === 0) {
      look();
      return verdicts;
    }
    if (this.#chancesLeft > 0) {
      const { isDone, cpuMs } = timeBoxed(lineLimitMs, look);
      const isStuck = !isDone && verdicts.length === 0;
      if (!isStuck) this.#chancesLeft = mostChances;
      else this.#chancesLeft = cpuMs >= fairCpuMs ? 0 : this.#chancesLeft - 1;
    }
    if (this.#chancesLeft === 0) throw new PatternTooSlow(this.#expression.source);
    return verdicts;
  }
}

function plain(line: string): string {
  return line.includes("\u001b") ? stripVTControlCharacters(line) : line;
}
