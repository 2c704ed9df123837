import { describe, expect, test } from "vitest";
import { isGone, parseProcessStat } from "../../../src/engine/process/process-info.ts";

const recorded =
  "8627 (cat) R 8621 8620 4209 0 -1 4194304 100 0 0 0 12 30 0 0 20 0 1 0 130321 3133440 393 18446744073709551615 " +
  "94389550583808 94389550603689 140724103670496 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 94389550619696\n";

describe("a recorded /proc/<pid>/stat", () => {
  test("is read field by field", () => {
    expect(parseProcessStat(recorded)).toEqual({
      pid: 8627,
      ppid: 8621,
      pgid: 8620,
      sid: 4209,
      state: "R",
      threads: 1,
      startTicks: 130321,
      comm: "cat",
      cpuTicks: 42,
      waitedCpuTicks: 0,
      residentPages: 393,
    });
  });

  test.each([
    ["parentheses", "(sd-pam)"],
    ["blanks and a lone parenthesis", "tmux: server) S 1 ("],
    ["a line end", "two\nlines"],
    ["nothing", ""],
  ])("keeps a name with %s in one piece", (_, comm) => {
    const process = parseProcessStat(recorded.replace("(cat)", `(${comm})`));
    expect(process).toMatchObject({ comm, ppid: 8621, startTicks: 130321 });
  });

  test.each([
    "",
    "8627",
    "8627 (cat)",
    "8627 (cat) R 1 2",
    "x (cat) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22",
  ])("is refused where it is none: %j", (line) => {
    expect(parseProcessStat(line)).toBeNull();
  });
});

test.each([
  ["R", 1, false],
  ["T", 1, false],
  ["D", 1, false],
  ["Z", 1, true],
  ["X", 0, true],
  ["Z", 4, false],
])("a process in state %s with %i threads is gone: %s", (state, threads, expected) => {
  const process = parseProcessStat(recorded);
  if (process === null) throw new Error("the recorded line does not parse");
  expect(isGone({ ...process, state, threads })).toBe(expected);
});
