import { describe, expect, test } from "vitest";
import {
  hold,
  type Items,
  reveal,
  rowsAbove,
  type Scroll,
  scrollBy,
  visibleParts,
} from "../../../src/ui/widgets/scroll-view/scroll.ts";

/** Items from `first` on, with these heights. */
function items(heights: number[], first = 0): Items {
  return { first, last: first + heights.length - 1, heightOf: (seq) => heights[seq - first] ?? 0 };
}

const ten = items(Array.from({ length: 10 }, () => 1));
const follow: Scroll = { kind: "follow" };
const at = (seq: number, row = 0): Scroll => ({ kind: "at", seq, row });

function seen(list: Items, scroll: Scroll, height: number): string[] {
  return visibleParts(list, scroll, height).map(({ seq, from, to }) => `${seq}:${from}-${to}`);
}

describe("what is seen", () => {
  test.each<[title: string, list: Items, scroll: Scroll, height: number, parts: string[]]>([
    ["following shows the end", ten, follow, 3, ["7:0-1", "8:0-1", "9:0-1"]],
    ["fewer items than rows are all shown", items([1, 1]), follow, 5, ["0:0-1", "1:0-1"]],
    ["nothing shows nothing", items([]), follow, 5, []],
    ["no room shows nothing", ten, follow, 0, []],
    ["a place is at the top", ten, at(2), 3, ["2:0-1", "3:0-1", "4:0-1"]],
    ["a place near the end shows the last page", ten, at(9), 3, ["7:0-1", "8:0-1", "9:0-1"]],
    ["a dropped place shows the oldest", items([1, 1, 1, 1], 20), at(3), 2, ["20:0-1", "21:0-1"]],
    ["following ends with the last row of a tall item", items([1, 5]), follow, 3, ["1:2-5"]],
    ["a tall item is cut at the bottom", items([5, 5]), at(0, 3), 4, ["0:3-5", "1:0-2"]],
    ["a row that is no more stands for the last one", items([2, 5]), at(0, 4), 3, ["0:1-2", "1:0-2"]],
  ])("%s", (_title, list, scroll, height, parts) => {
    expect(seen(list, scroll, height)).toEqual(parts);
  });
});

describe("scrolling", () => {
  test.each<[title: string, list: Items, scroll: Scroll, height: number, by: number, next: Scroll]>([
    ["up from the end leaves it", ten, follow, 3, -1, at(6)],
    ["up stops at the oldest", ten, at(1), 3, -5, at(0)],
    ["down stays in between", ten, at(1), 3, 2, at(3)],
    ["down to the end follows", ten, at(6), 3, 1, follow],
    ["down past the end follows", ten, at(6), 3, 50, follow],
    ["up while everything is seen keeps following", items([1, 1]), follow, 5, -1, follow],
    ["goes by rows, not by items", items([3, 3, 3]), follow, 3, -2, at(1, 1)],
    ["down goes by rows too", items([3, 3, 3]), at(0, 1), 3, 3, at(1, 1)],
    ["over nothing changes nothing", items([]), follow, 3, -1, follow],
  ])("%s", (_title, list, scroll, height, by, next) => {
    expect(scrollBy(list, scroll, height, by)).toEqual(next);
  });

  test("up and down by the same amount comes back", () => {
    const list = items([1, 4, 2, 1, 7, 3, 1, 1, 2]);
    for (let by = 1; by < 15; by += 1) {
      const start = at(4, 2);
      const up = scrollBy(list, start, 3, -1);
      expect(scrollBy(list, up, 3, 1)).toEqual(start);
    }
  });

  test("what is read stays in place while newer items come", () => {
    const scroll = scrollBy(ten, follow, 3, -2);
    const before = seen(ten, scroll, 3);
    expect(seen(items(Array.from({ length: 50 }, () => 1)), scroll, 3)).toEqual(before);
  });

  test("holding stays where following is", () => {
    expect(hold(ten, 3)).toEqual(at(7));
    expect(hold(items([]), 3)).toEqual(follow);
  });

  test("rows above are counted up to a limit", () => {
    expect(rowsAbove(ten, at(4), 3, 10)).toBe(4);
    expect(rowsAbove(ten, follow, 3, 5)).toBe(5);
    expect(rowsAbove(items([9, 9]), at(1, 3), 3, 100)).toBe(12);
  });
});

describe("revealing an item", () => {
  const items = { first: 0, last: 99, heightOf: (seq: number) => (seq === 50 ? 3 : 1) };

  test.each<[string, Scroll, number, "upper-third" | "nearest", Scroll]>([
    [
      "one in view leaves the view",
      { kind: "at", seq: 20, row: 0 },
      25,
      "upper-third",
      { kind: "at", seq: 20, row: 0 },
    ],
    ["it stops following", { kind: "follow" }, 95, "upper-third", { kind: "at", seq: 90, row: 0 }],
    ["one above comes to the upper third", { kind: "follow" }, 30, "upper-third", { kind: "at", seq: 27, row: 0 }],
    ["one below too", { kind: "at", seq: 0, row: 0 }, 60, "upper-third", { kind: "at", seq: 57, row: 0 }],
    ["not beyond the end", { kind: "at", seq: 0, row: 0 }, 99, "upper-third", { kind: "at", seq: 90, row: 0 }],
    ["not before the beginning", { kind: "follow" }, 1, "upper-third", { kind: "at", seq: 0, row: 0 }],
    ["nearest: to the top", { kind: "at", seq: 20, row: 0 }, 19, "nearest", { kind: "at", seq: 19, row: 0 }],
    ["nearest: to the bottom", { kind: "at", seq: 20, row: 0 }, 30, "nearest", { kind: "at", seq: 21, row: 0 }],
  ])("%s", (_what, scroll, seq, where, expected) => {
    expect(reveal(items, scroll, 10, seq, where)).toEqual(expected);
  });

  test("does nothing where there is nothing", () => {
    expect(reveal({ first: 1, last: 0, heightOf: () => 1 }, { kind: "follow" }, 10, 5)).toEqual({ kind: "follow" });
  });
});
