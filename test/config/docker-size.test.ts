import { expect, test } from "vitest";
import { parseDockerSize } from "../../src/config/docker-size.ts";

test.each<[string, number | null]>([
  ["64m", 67_108_864],
  ["64MB", 67_108_864],
  ["64MiB", 67_108_864],
  ["1.5g", 1_610_612_736],
  ["2 kb", 2048],
  ["100b", 100],
  ["1048576", 1_048_576],
  ["-1", null],
  ["64x", null],
  ["m", null],
  ["99999999t", null],
])("%j is %j bytes", (text, bytes) => {
  expect(parseDockerSize(text)).toBe(bytes);
});
