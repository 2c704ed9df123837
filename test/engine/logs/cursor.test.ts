import { describe, expect, test } from "vitest";
import { decodeCursor, encodeCursor, type LogPositions, laneKey } from "../../../src/engine/logs/cursor.ts";

const positions: [string, LogPositions, string][] = [
  ["no lane", new Map(), "1"],
  ["one lane", new Map([["api#1", { generation: 3, end: 1234 }]]), "1,api#1=3.yb"],
  ["a lane before its first separator", new Map([["api#1", { generation: 1, end: -1 }]]), "1,api#1=1.0"],
  ["a vendor", new Map([["postgres", { generation: 1, end: 35 }]]), "1,postgres=1.10"],
  [
    "out and err",
    new Map([
      [laneKey("api#2", "out"), { generation: 2, end: 9 }],
      [laneKey("api#2", "err"), { generation: 2, end: 10 }],
    ]),
    "1,api#2=2.a,api#2!=2.b",
  ],
  ["a name with odd characters", new Map([["a, b=c/ü#1", { generation: 1, end: 0 }]]), "1,a%2C%20b%3Dc%2F%C3%BC#1=1.1"],
  [
    "a large offset",
    new Map([["a#1", { generation: 99_999, end: 2 ** 40 }]]),
    `1,a#1=255r.${(2 ** 40 + 1).toString(36)}`,
  ],
];

const wrong = [
  "",
  "0",
  "2,api#1=1.1",
  "1,",
  "1,api#1",
  "1,api#1=1",
  "1,api#1=1.",
  "1,api#1=-1.1",
  "1,api#1=1.1.1",
  "1,=1.1",
  "1,a%zz=1.1",
  "1,api#1=1.zzzzzzzzzzz",
  "1,api#1=1.1,,",
  `1,${"a".repeat(2_000_000)}`,
  "null",
  '{"a":1}',
];

describe("a cursor", () => {
  test.each(positions)("keeps %s", (_, lanes, text) => {
    const cursor = encodeCursor(lanes);
    expect(decodeCursor(cursor)).toEqual(lanes);
    expect(cursor).toBe(text);
  });

  test.each(wrong)("that nobody gave out is refused (%#)", (text) => {
    expect(() => decodeCursor(text)).toThrow(RangeError);
  });

  test("of two hundred replicas stays under five kilobytes", () => {
    const lanes: LogPositions = new Map();
    for (let i = 1; i <= 200; i++) lanes.set(`service-${i}#1`, { generation: i, end: i * 100_000 });
    expect(encodeCursor(lanes).length).toBeLessThan(5000);
  });
});
