import { expect, test } from "vitest";
import { LoopBreaker } from "../../../src/engine/watch/loop-breaker.ts";

/** Each change: when, since the restart before it (null: none), and the files. The answer to the last one counts. */
const cases: [title: string, changes: [afterMs: number | null, ...files: string[]][], named: string | null][] = [
  ["four in a row are not enough", Array(4).fill([100, "db"]), null],
  ["five in a row of one file, each soon after the restart", Array(5).fill([100, "db"]), "db"],
  ["with other files beside it", [[100, "db"], ...Array(4).fill([100, "log", "db"])] as [number, string][], "db"],
  [
    "each long after the restart, at no certain time",
    [3000, 4000, 9000, 5000, 3000, 8000].map((ms) => [ms, "db"]),
    null,
  ],
  [
    "each long after the restart, and after the same time",
    [5000, 5100, 4900, 5040, 5060].map((ms) => [ms, "db"]),
    "db",
  ],
  ["each an hour after the restart", Array(9).fill([3_600_000, "db"]), null],
  ["each before the restart that it brings about, and on", Array(5).fill([-300, "db"]), "db"],
  ["one long after the restart begins anew", [...Array(4).fill([100, "db"]), [3000, "db"], [100, "db"]], null],
  ["another file begins anew", [...Array(4).fill([100, "db"]), [100, "main.go"], [100, "db"]], null],
  ["without a restart", Array(9).fill([null, "db"]), null],
  ["no file", Array(9).fill([100]), null],
];

test.each(cases)("%s", (_title, changes, named) => {
  const breaker = new LoopBreaker();
  let now = 1000;
  let answer: string | null = null;
  for (const [afterMs, ...files] of changes) {
    now += 10_000;
    if (afterMs !== null) breaker.restarted("app", now);
    answer = breaker.changed("app", files, now + (afterMs ?? 0));
  }
  expect(answer).toBe(named);
});

test("one restart answers for one change", () => {
  const breaker = new LoopBreaker();
  breaker.restarted("app", 0);
  for (let i = 0; i < 9; i++) expect(breaker.changed("app", ["db"], 100)).toBeNull();
});

test("what is forgotten begins anew", () => {
  const breaker = new LoopBreaker();
  const answers = Array.from({ length: 9 }, (_, i) => {
    if (i === 4) breaker.forget("app");
    breaker.restarted("app", 0);
    return breaker.changed("app", ["db"], 100);
  });
  expect(answers.findIndex((answer) => answer !== null)).toBe(8);
});
