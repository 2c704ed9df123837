import { describe, expect, test } from "vitest";
import { listNames } from "../../src/cli/output/list-names.ts";
import { listUnits } from "../../src/cli/output/list-units.ts";
import { createOutput } from "../../src/cli/output/output.ts";
import { formatTable } from "../../src/cli/output/table.ts";
import { parseScale } from "../../src/cli/parse-scale.ts";
import { parseSince } from "../../src/cli/parse-since.ts";
import { parseWaitTargets } from "../../src/cli/parse-wait-targets.ts";
import { formatDuration } from "../../src/lib/format-duration.ts";

test.each([
  [["worker=3"], [{ service: "worker", change: { to: 3 } }]],
  [["worker=+1"], [{ service: "worker", change: { by: 1 } }]],
  [["worker", "+1"], [{ service: "worker", change: { by: 1 } }]],
  [["worker", "-2"], [{ service: "worker", change: { by: -2 } }]],
  [["worker", "0"], [{ service: "worker", change: { to: 0 } }]],
  [
    ["a=1", "b=2"],
    [
      { service: "a", change: { to: 1 } },
      { service: "b", change: { to: 2 } },
    ],
  ],
  [["worker"], null],
  [["worker", "many"], null],
  [["=3"], null],
  [["a=1", "+1"], null],
  [["a=1.5"], null],
])("scale %j", (words, expected) => {
  expect(parseScale(words)).toEqual(expected);
});

describe("wait", () => {
  test("a name alone means ready; a condition is one of four", () => {
    expect(parseWaitTargets(["api", "@core=stopped"])).toEqual({
      ok: true,
      targets: [
        { name: "api", goal: "ready" },
        { name: "@core", goal: "stopped" },
      ],
    });
  });

  test("a slip of the finger is guessed", () => {
    expect(parseWaitTargets(["api=redy"])).toMatchObject({ ok: false, hint: 'did you mean "api=ready"?' });
  });
});

test("since takes a duration, a date or a time, and nothing else", () => {
  const now = new Date(2026, 0, 31, 12, 0, 0).getTime();
  expect(parseSince("10m", now)).toBe(now - 600_000);
  expect(parseSince("2026-01-31", now)).toBe(new Date(2026, 0, 31).getTime());
  expect(parseSince("2026-01-31 11:30", now)).toBe(new Date(2026, 0, 31, 11, 30).getTime());
  expect(parseSince("2026-01-31T11:30:00Z", now)).toBe(Date.UTC(2026, 0, 31, 11, 30));
  for (const text of ["yesterday", "10", "2026-13-45T99", ""]) expect(parseSince(text, now)).toBeNull();
});

test.each([
  [0, "0ms"],
  [42, "42ms"],
  [100, "0.1s"],
  [1234, "1.2s"],
  [9949, "9.9s"],
  [9960, "10s"],
  [59_400, "59s"],
  [60_000, "1m"],
  [252_000, "4m12s"],
  [7_500_000, "2h5m"],
  [273_600_000, "3d4h"],
  [-5, "0ms"],
])("%i ms is written %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("names are listed as people do, and long lists are cut", () => {
  expect(listNames([])).toBe("");
  expect(listNames(["a"])).toBe("a");
  expect(listNames(["a", "b", "c"])).toBe("a, b and c");
  expect(listNames(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  expect(listUnits(["api#1", "worker#1", "worker#2", "job#3"])).toBe("api, worker ×2 and job#3");
});

test("a table is aligned whatever colours its cells have, with nothing after the last cell", () => {
  expect(
    formatTable([
      ["NAME", "STATE", "LAST"],
      ["api#1", "\u001b[32mready\u001b[0m", ""],
      ["b", "x", "y"],
    ]),
  ).toBe("NAME   STATE  LAST\napi#1  \u001b[32mready\u001b[0m\nb      x      y\n");
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
])("terminal %s with %j has colours: %s", (isTTY, env, expected) => {
  expect(createOutput({ write: () => {}, isTTY }, env).hasColor).toBe(expected);
});
