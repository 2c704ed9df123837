import { describe, expect, test } from "vitest";
import { TtyLogSplitter } from "../../../../src/engine/vendors/docker/tty-log-splitter.ts";

const time = (second: number): string => `2026-11-21T18:05:${String(second).padStart(2, "0")}.500781655Z`;
/** Long texts are of one letter. */
const brief = (text: string): string => (text.length < 200 ? text : `${text.slice(0, 50)}… ${text.length}`);

const part = "x".repeat(16 * 1024);

/** [second, text] of each piece. */
const cases: [title: string, log: [number, string][]][] = [
  [
    "lines",
    [
      [1, "one\r\n"],
      [2, "two\r\n"],
    ],
  ],
  [
    "an empty line",
    [
      [1, "\r\n"],
      [2, "two\r\n"],
    ],
  ],
  [
    "a line of several parts",
    [
      [1, part],
      [1, part],
      [2, "rest\r\n"],
      [3, "next\r\n"],
    ],
  ],
  [
    "a line as long as a part, whose end comes by itself",
    [
      [1, part],
      [2, "\r\n"],
      [3, "next\r\n"],
    ],
  ],
  [
    "a line that is not ended at the end of all",
    [
      [1, "one\r\n"],
      [2, "login: "],
    ],
  ],
  [
    "a line that a run left before the next began",
    [
      [1, "tail"],
      [2, "first\r\n"],
      [3, "second\r\n"],
    ],
  ],
  [
    "such a line before one of several parts",
    [
      [1, "tail"],
      [2, part],
      [2, "x\r\n"],
    ],
  ],
  [
    "such a line, nearly as long as a part",
    [
      [1, part.slice(10)],
      [2, "first\r\n"],
    ],
  ],
  [
    "a time of its own in a line",
    [
      [5, `at ${time(4)} it began\r\n`],
      [6, `${time(4)} too\r\n`],
    ],
  ],
];

describe("the log of a container with a terminal is cut where Docker logged", () => {
  for (const [title, log] of cases) {
    const bytes = Buffer.from(log.map(([second, text]) => `${time(second)} ${text}`).join(""));
    test.each([bytes.length, 1000, 7])(`${title}, %i bytes at a time`, (size) => {
      const splitter = new TtyLogSplitter();
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(...splitter.push(bytes.subarray(at, at + size)));
      pieces.push(...splitter.end());
      expect(pieces.map((piece) => [piece.time, brief(piece.bytes.toString())])).toEqual(
        log.map(([second, text]) => [time(second), brief(text)]),
      );
    });
  }
});
