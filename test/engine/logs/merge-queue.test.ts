import { describe, expect, test } from "vitest";
import { MergeQueue } from "../../../src/engine/logs/merge-queue.ts";

const cases: [string, number[]][] = [
  ["nothing", []],
  ["one", [1]],
  ["sorted", [1, 2, 3, 4, 5]],
  ["reversed", [5, 4, 3, 2, 1]],
  ["equal entries", [2, 1, 2, 1, 2]],
  ["many", Array.from({ length: 500 }, (_, i) => (i * 7919) % 503)],
];

describe("MergeQueue", () => {
  test.each(cases)("gives %s in order", (_, entries) => {
    const queue = new MergeQueue<number>((a, b) => a - b, entries);
    const out: number[] = [];
    for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) out.push(entry);
    expect(out).toEqual(entries.toSorted((a, b) => a - b));
  });

  test("merges when every entry is put back with its next key", () => {
    const lanes = [[1, 4, 7, 100], [2, 2, 3], [5], []]
      .map((keys) => ({ keys, at: 0 }))
      .filter(({ keys }) => keys.length > 0);
    const queue = new MergeQueue<(typeof lanes)[number]>((a, b) => (a.keys[a.at] ?? 0) - (b.keys[b.at] ?? 0), lanes);
    const out: number[] = [];
    for (let lane = queue.pop(); lane !== undefined; lane = queue.pop()) {
      out.push(lane.keys[lane.at] ?? -1);
      lane.at++;
      if (lane.at < lane.keys.length) queue.push(lane);
    }
    expect(out).toEqual([1, 2, 2, 3, 4, 5, 7, 100]);
  });
});
