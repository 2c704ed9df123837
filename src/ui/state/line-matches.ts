import { LineMatcher } from "../../lib/line-matcher.ts";
import { PatternTooSlow } from "../../lib/pattern-too-slow.ts";
import type { LogLine } from "../../model/log.ts";
import type { LogPattern } from "./log-pattern.ts";

/** True where a line matches, by the same rule as in the log store: escape sequences are not part of what is looked at. */
export function lineMatches(line: LogLine, pattern: LogPattern): boolean {
  return linesMatch([line], pattern)[0] === true;
}

/**
 * The same for many lines at a time, which costs little more than one. A pattern that takes too long matches nothing from
 * there on; the log store, which has to find the line too, says so.
 */
export function linesMatch(lines: readonly LogLine[], { source, ignoreCase }: LogPattern): boolean[] {
  const texts = lines.map(({ text }) => text);
  const known = matcher(source, ignoreCase);
  const verdicts: boolean[] = [];
  try {
    for (let chance = 0; verdicts.length < texts.length && chance < mostChances; chance++) {
      verdicts.push(...known.matchSome(texts.slice(verdicts.length)));
    }
  } catch (error) {
    if (!(error instanceof PatternTooSlow)) throw error;
  }
  return texts.map((_, i) => verdicts[i] === true);
}

/** Each takes some 50 ms at most; more than one is needed where others have the cores. */
const mostChances = 4;

let last: { source: string; ignoreCase: boolean; matcher: LineMatcher } | null = null;

/** Ten thousand lines are asked about one after the other, with one expression. */
function matcher(source: string, ignoreCase: boolean): LineMatcher {
  if (last?.source !== source || last.ignoreCase !== ignoreCase) {
    last = { source, ignoreCase, matcher: new LineMatcher(source, ignoreCase) };
  }
  return last.matcher;
}
