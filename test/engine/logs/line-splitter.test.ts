import { describe, expect, test } from "vitest";
import { LineSplitter, maxLineBytes } from "../../../src/engine/logs/line-splitter.ts";

interface Line {
  offset: number;
  end: number;
  text: string;
  cutBytes: number;
}

/** Splits `bytes`, pushed in chunks of `size`; the rest, if any, comes last. */
function split(bytes: Buffer, size: number, offset = 0): Line[] {
  const splitter = new LineSplitter(offset);
  const lines: Line[] = [];
  const take = (line: { offset: number; end: number; bytes: Buffer; cutBytes: number }): void => {
    lines.push({ offset: line.offset, end: line.end, text: line.bytes.toString("utf8"), cutBytes: line.cutBytes });
  };
  for (let at = 0; at < bytes.length; at += size) {
    for (const line of splitter.push(Buffer.from(bytes.subarray(at, at + size)))) take(line);
  }
  const rest = splitter.rest();
  if (rest !== null) take(rest);
  return lines;
}

const cases: [string, string | Buffer, Line[]][] = [
  ["nothing has no lines", "", []],
  ["a line ends at its newline", "ab\n", [{ offset: 0, end: 3, text: "ab", cutBytes: 0 }]],
  ["an empty line is a line", "\n", [{ offset: 0, end: 1, text: "", cutBytes: 0 }]],
  ["a carriage return at the end goes", "ab\r\n", [{ offset: 0, end: 4, text: "ab", cutBytes: 0 }]],
  ["a carriage return inside stays", "a\rb\n", [{ offset: 0, end: 4, text: "a\rb", cutBytes: 0 }]],
  [
    "what follows the last newline is the rest",
    "a\nbc",
    [
      { offset: 0, end: 2, text: "a", cutBytes: 0 },
      { offset: 2, end: 4, text: "bc", cutBytes: 0 },
    ],
  ],
  ["characters of several bytes stay whole", "grün 🚀\n", [{ offset: 0, end: 11, text: "grün 🚀", cutBytes: 0 }]],
  [
    "bytes that are no UTF-8 become U+FFFD",
    Buffer.from([0x61, 0xff, 0x62, 0x0a]),
    [{ offset: 0, end: 4, text: "a\ufffdb", cutBytes: 0 }],
  ],
  [
    "a rest does not end inside a character",
    Buffer.from([0x61, 0xf0, 0x9f]),
    [{ offset: 0, end: 3, text: "a", cutBytes: 0 }],
  ],
  [
    "NUL bytes before a line are no part of it",
    "a\n\0\0\0b\n",
    [
      { offset: 0, end: 2, text: "a", cutBytes: 0 },
      { offset: 5, end: 7, text: "b", cutBytes: 0 },
    ],
  ],
  [
    "a line of NUL bytes is none",
    "a\n\0\0\nb\n",
    [
      { offset: 0, end: 2, text: "a", cutBytes: 0 },
      { offset: 5, end: 7, text: "b", cutBytes: 0 },
    ],
  ],
  ["a rest of NUL bytes is none", "a\n\0\0", [{ offset: 0, end: 2, text: "a", cutBytes: 0 }]],
  ["NUL bytes inside a line stay", "a\0b\n", [{ offset: 0, end: 4, text: "a\0b", cutBytes: 0 }]],
  [
    "a line of the full length is not cut",
    `${"x".repeat(maxLineBytes)}\r\n`,
    [{ offset: 0, end: maxLineBytes + 2, text: "x".repeat(maxLineBytes), cutBytes: 0 }],
  ],
  [
    "a longer line is cut and counted",
    `${"x".repeat(maxLineBytes + 1)}\nb\n`,
    [
      { offset: 0, end: maxLineBytes + 2, text: "x".repeat(maxLineBytes), cutBytes: 1 },
      { offset: maxLineBytes + 2, end: maxLineBytes + 4, text: "b", cutBytes: 0 },
    ],
  ],
  [
    "a cut does not fall inside a character",
    `${"x".repeat(maxLineBytes - 1)}é\n`,
    [{ offset: 0, end: maxLineBytes + 2, text: "x".repeat(maxLineBytes - 1), cutBytes: 2 }],
  ],
  [
    "a long rest is cut as well",
    "x".repeat(maxLineBytes + 7),
    [{ offset: 0, end: maxLineBytes + 7, text: "x".repeat(maxLineBytes), cutBytes: 7 }],
  ],
];

describe("LineSplitter", () => {
  test.each(cases)("%s, however it is cut into chunks", (_, input, expected) => {
    const bytes = Buffer.from(input as string);
    const sizes = bytes.length < 1000 ? [1, 2, 3, 5, 1000] : [777, 5000, 65_535, 65_536, 65_537, bytes.length];
    for (const size of sizes) expect(split(bytes, size)).toEqual(expected);
  });

  test("offsets count from where it begins", () => {
    expect(split(Buffer.from("a\nb\n"), 3, 100).map((line) => [line.offset, line.end])).toEqual([
      [100, 102],
      [102, 104],
    ]);
  });
});
