import { expect, test } from "vitest";
import { parseSize } from "../../src/config/size.ts";

test.each([
  ["200MB", 200_000_000],
  ["64MiB", 67_108_864],
  ["1.5kb", 1500],
  ["10B", 10],
  ["2GB", 2_000_000_000],
  ["200", null],
  ["200M", null],
  ["MB", null],
  ["-1MB", null],
  ["1 MB", null],
])("%j is %j bytes", (text, expected) => {
  expect(parseSize(text)).toBe(expected);
});
