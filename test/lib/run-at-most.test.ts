import { expect, test } from "vitest";
import { runAtMost } from "../../src/lib/run-at-most.ts";

test.each([
  [1, 1],
  [3, 3],
  [10, 6],
  [0, 1],
])("with a limit of %i, %i of six are done at once, and results keep their order", async (limit, expected) => {
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const results = await runAtMost(limit, [1, 2, 3, 4, 5, 6], async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    // The later ones are done sooner.
    for (let turn = item; turn < 7; turn++) await new Promise(setImmediate);
    running--;
    return item * 10;
  });
  expect({ results, begun, most }).toEqual({
    results: [10, 20, 30, 40, 50, 60],
    begun: [1, 2, 3, 4, 5, 6],
    most: expected,
  });
});

test("of nothing nothing comes", async () => {
  expect(await runAtMost(2, [], async () => 1)).toEqual([]);
});
