import { describe, expect, test } from "vitest";
import { amount, byteSize, counted } from "../../../src/ui/text/amount.ts";
import { fit as cell, cut, displayWidth } from "../../../src/ui/text/display-width.ts";
import { elapsed, remaining } from "../../../src/ui/text/elapsed.ts";

describe("an age", () => {
  const minute = 60_000;
  test.each<[sinceMs: number, nowMs: number, text: string]>([
    [0, 0, "0s"],
    [0, 59_999, "59s"],
    [0, minute, "1m"],
    // Both change at the full minute, so an idle screen is drawn once a minute.
    [30_000, 2 * minute - 1, "1m"],
    [30_000, 2 * minute, "2m"],
    [0, 65 * minute, "1h05m"],
    [0, 26 * 60 * minute, "1d2h"],
    [5000, 0, "0s"],
  ])("since %d at %d is %s", (since, now, text) => {
    expect(elapsed(since, now)).toBe(text);
  });
});

test("a countdown is in whole seconds, in minutes where it is long, and never below nothing", () => {
  expect([
    remaining(2500, 0),
    remaining(1, 0),
    remaining(0, 0),
    remaining(0, 9),
    remaining(75_000, 0),
    remaining(100_000, 0),
  ]).toEqual(["3s", "1s", "0s", "0s", "75s", "2m"]);
});

test("numbers are short", () => {
  expect([amount(950), amount(12_340), amount(234_500), amount(4_100_000)]).toEqual(["950", "12.3k", "235k", "4.1M"]);
  expect([byteSize(512), byteSize(4100), byteSize(4_100_000), byteSize(2e9)]).toEqual([
    "512 B",
    "4.1 kB",
    "4.1 MB",
    "2.0 GB",
  ]);
  expect([counted(1, "service"), counted(0, "service")]).toEqual(["1 service", "0 services"]);
});

describe("text in a cell", () => {
  test.each<[text: string, width: number, shown: string]>([
    ["abc", 5, "abc  "],
    ["abcdef", 5, "abcd…"],
    ["日本語", 5, "日本…"],
    ["日本語", 4, "日… "],
    ["a", 0, ""],
    ["ab", 1, "…"],
  ])("%j in %d columns", (text, width, shown) => {
    expect(cell(text, width)).toBe(shown);
  });

  test("goes to the right where asked", () => {
    expect(cell("7", 3, "right")).toBe("  7");
  });

  test("keeps its colours within the cut", () => {
    expect(displayWidth(cut("\x1b[31mabcdefgh\x1b[0m", 4))).toBe(4);
  });
});
