import { describe, expect, test } from "vitest";
import { lineMatches, linesMatch } from "../../../src/ui/state/line-matches.ts";
import { logPattern } from "../../../src/ui/state/log-pattern.ts";
import { sampleLine } from "../../helpers/fleet-samples.ts";

const lines = (...texts: string[]) => texts.map((text, offset) => sampleLine("api#1", text, { offset }));

describe("lines that are asked about together", () => {
  test.each([
    ["needle", [true, true, false]],
    ["NEEDLE", [false, false, false]],
    ["(nee)+dle$", [true, false, false]],
  ])("/%s/: each has its own verdict", (text, verdicts) => {
    const asked = lines("a \u001b[31mneedle\u001b[0m", "Needle 2", "straw");
    expect(linesMatch(asked, logPattern(text))).toEqual(verdicts);
    expect(asked.map((line) => lineMatches(line, logPattern(text)))).toEqual(verdicts);
  });

  test("a pattern that takes too long matches nothing from there on, and does not take long again", () => {
    const pattern = logPattern("(a+)+$");
    const asked = lines("aaa", `${"a".repeat(10_000)}!`, "aaa");
    expect(linesMatch(asked, pattern)).toEqual([true, false, false]);
    // Of a core, not of the time: the machine may have other things to do.
    const before = process.cpuUsage();
    for (let i = 0; i < 100; i++) linesMatch(asked, pattern);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
