import { describe, expect, test } from "vitest";
import { LineMatcher } from "../../src/lib/line-matcher.ts";
import { PatternTooSlow } from "../../src/lib/pattern-too-slow.ts";

const catastrophe = `${"a".repeat(10_000)}!`;

/** The verdicts for all lines; asks on where others had the cores. */
function matchAll(matcher: LineMatcher, lines: readonly string[]): boolean[] {
  const verdicts: boolean[] = [];
  while (verdicts.length < lines.length) verdicts.push(...matcher.matchSome(lines.slice(verdicts.length)));
  return verdicts;
}

describe("an expression that somebody typed", () => {
  test.each([
    ["timeout", false, [true, false, false]],
    ["TIMEOUT|refused", true, [true, true, false]],
    ["\\d+ms$", false, [false, false, true]],
    ["(time|ref).*$", false, [true, true, false]],
    ["^$", false, [false, false, false]],
  ])("/%s/ (ignores case: %s) says of each line whether it matches", (source, ignoreCase, verdicts) => {
    const lines = ["a timeout", "connection \u001b[31mref\u001b[0mused", "took 12ms"];
    expect(matchAll(new LineMatcher(source, ignoreCase), lines)).toEqual(verdicts);
  });

  test("that is none is a SyntaxError", () => {
    expect(() => new LineMatcher("(", false)).toThrow(SyntaxError);
  });

  test("says nothing of no lines", () => {
    expect(new LineMatcher("(a+)+$", false).matchSome([])).toEqual([]);
  });

  test.each(["(a+)+$", "(a|aa)+$", "(?:a*)*b", "^(a?){60}a{60}$|(a|a)*c", "(.*a){20}b"])(
    "/%s/ that would take years for a line is given up, with what it is and why, and not tried again",
    (source) => {
      const matcher = new LineMatcher(source, false);
      expect(() => matchAll(matcher, [catastrophe])).toThrow(PatternTooSlow);
      const before = process.cpuUsage();
      expect(() => matcher.matchSome(["b"])).toThrow(
        `this pattern takes too long, more than 50ms for one line: ${source}`,
      );
      expect(process.cpuUsage(before).user).toBeLessThan(25_000);
    },
  );

  test("is judged by the lines that it meets: before the one that it cannot cope with it has said what it found", () => {
    const matcher = new LineMatcher("(a+)+$", false);
    expect(matchAll(matcher, ["aaa", "b", "a".repeat(10_000)])).toEqual([true, false, true]);
    const verdicts: boolean[] = [];
    const lines = ["aaa", "b", catastrophe, "a"];
    const all = () => {
      for (;;) verdicts.push(...matcher.matchSome(lines.slice(verdicts.length)));
    };
    expect(all).toThrow(PatternTooSlow);
    expect(verdicts).toEqual([true, false]);
  });
});
