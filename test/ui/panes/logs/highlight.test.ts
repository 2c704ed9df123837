import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { highlight } from "../../../../src/ui/panes/logs/highlight.ts";
import { fitTabs } from "../../../../src/ui/panes/logs/tab-strip.ts";

const on = "\x1b[7m";
const off = "\x1b[0m";
const [red, green] = ["\x1b[31m", "\x1b[32m"];

describe("marks", () => {
  test.each([
    ["plain", "a needle b", `a ${on}needle${off} b`],
    ["two", "needle needle", `${on}needle${off} ${on}needle${off}`],
    ["adjoining", "needleneedle", `${on}needle${off}${on}needle${off}`],
    ["within a colour", `${red}a needle b${off}`, `${red}a ${on}needle${off}${red} b${off}`],
    [
      "over a change of colour",
      `${red}nee${green}dle${off}!`,
      `${red}${on}nee${green}${on}dle${off}${red}${green}${off}!`,
    ],
    ["over a reset", `${red}nee${off}dle`, `${red}${on}nee${off}${on}dle${off}`],
    ["at the end", "a needle", `a ${on}needle${off}`],
    ["none", `${red}nothing${off}`, `${red}nothing${off}`],
  ])("%s", (_what, text, expected) => {
    const shown = highlight(text, /needle/g, on);
    expect(shown).toBe(expected);
    expect(stripVTControlCharacters(shown)).toBe(stripVTControlCharacters(text));
  });

  test("an expression that matches nothing at all marks nothing", () => {
    expect(highlight("abc", /x*/g, on)).toBe("abc");
  });

  test("what a pattern takes too long for is not marked, and not looked at again", () => {
    const line = `${"a".repeat(10_000)}!`;
    expect(highlight(line, /(a+)+$/g, on)).toBe(line);
    // Of a core, not of the time: the machine may have other things to do.
    const before = process.cpuUsage();
    for (let i = 0; i < 100; i++) highlight(line, /(a+)+$/g, on);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    expect(highlight("aab", /(a+)b/g, on)).toBe(`${on}aab${off}`);
  });

  test("a line that matches everywhere stays bounded", () => {
    expect(highlight("a".repeat(64_000), /a/g, on).length).toBeLessThan(70_000);
  });
});

describe("the window of tabs", () => {
  const labels = ["All", "gateway", "#1", "#2", "orders", "web"];
  test.each([
    [100, 0, 0, 6],
    [42, 0, 0, 6],
    [20, 0, 0, 2],
    [20, 3, 2, 4],
    [20, 5, 4, 6],
    [3, 4, 4, 5],
  ])("in %d columns around tab %d is %d to %d", (width, active, first, end) => {
    expect(fitTabs(labels, active, width, 2)).toEqual({ first, end });
  });
});
