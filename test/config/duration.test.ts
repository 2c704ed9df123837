import { expect, test } from "vitest";
import { parseDuration } from "../../src/config/duration.ts";

test.each([
  ["300ms", 300],
  ["10s", 10_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["7d", 604_800_000],
  ["1.5s", 1500],
  ["1m30s", 90_000],
  ["0s", 0],
  ["10", null],
  ["", null],
  ["s", null],
  ["-1s", null],
  ["10 s", null],
  ["10sec", null],
  ["1e3s", null],
  ["99999999999999999d", null],
])("%j is %j milliseconds", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});
