import { expect, test } from "vitest";
import { type ColumnSize, fitColumns } from "../../../src/ui/widgets/table/fit-columns.ts";
import { firstVisibleRow } from "../../../src/ui/widgets/table/visible-rows.ts";

const columns: ColumnSize[] = [
  { id: "name", min: 4, wanted: 10, gap: 2, rank: 1 },
  { id: "state", min: 6, wanted: 6, gap: 2, rank: 2 },
  { id: "up", min: 3, wanted: 5, gap: 2, rank: 4 },
  { id: "last", min: 4, wanted: 20, gap: 2, rank: 3, grows: true },
];

test.each<[width: number, widths: Record<string, number>]>([
  [100, { name: 10, state: 6, up: 5, last: 73 }],
  [35, { name: 10, state: 6, up: 3, last: 10 }],
  [23, { name: 4, state: 6, up: 3, last: 4 }],
  [22, { name: 8, state: 6, last: 4 }],
  [13, { name: 5, state: 6 }],
  [5, { name: 5 }],
  [2, { name: 2 }],
])("in %d columns", (width, widths) => {
  expect(Object.fromEntries(fitColumns(columns, width))).toEqual(widths);
});

test("nothing is ever wider than the room", () => {
  for (let width = 1; width < 120; width += 1) {
    const widths = [...fitColumns(columns, width).values()];
    expect(widths.reduce((a, b) => a + b, 0) + 2 * (widths.length - 1)).toBeLessThanOrEqual(width);
  }
});

test("the selected row is in the middle as far as the ends allow", () => {
  expect([0, 1, 5, 8, 9].map((selected) => firstVisibleRow(10, selected, 5))).toEqual([0, 0, 3, 5, 5]);
  expect(firstVisibleRow(3, 2, 5)).toBe(0);
  expect(firstVisibleRow(10, -1, 5)).toBe(0);
});
