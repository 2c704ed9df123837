import { describe, expect, test } from "vitest";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { cpuBetween, type TreeReading } from "../../../src/engine/usage/cpu-between.ts";

/** Ticks so far: its own, and of children that it waited for. */
type Used = [own: number, waited?: number];

function proc(pid: number, ppid: number, [own, waited = 0]: Used, startTicks = 100): ProcessInfo {
  return {
    pid,
    ppid,
    pgid: 10,
    sid: 10,
    state: "S",
    threads: 1,
    startTicks,
    comm: "x",
    cpuTicks: own,
    waitedCpuTicks: waited,
    residentPages: 1,
  };
}

/** The leader is 10. A reading at second 10 of the machine, and one a second later. */
function reading(second: number, ...processes: ProcessInfo[]): TreeReading {
  return {
    atMs: second * 1000,
    atTicks: second * 100,
    processes: new Map(processes.map((process) => [process.pid, process])),
  };
}

const cores = 8;
const now = 1050;

describe("in a second", () => {
  test.each<[string, ProcessInfo[], ProcessInfo[], number]>([
    ["nothing was used", [proc(10, 1, [70])], [proc(10, 1, [70])], 0],
    ["half a core by one", [proc(10, 1, [70])], [proc(10, 1, [120])], 0.5],
    ["two by two", [proc(10, 1, [0]), proc(11, 10, [5])], [proc(10, 1, [100]), proc(11, 10, [105])], 2],
    ["a new child counts whole", [proc(10, 1, [0])], [proc(10, 1, [0]), proc(11, 10, [30], now)], 0.3],
    ["a child that came and went counts with who waited", [proc(10, 1, [0])], [proc(10, 1, [0, 40])], 0.4],
    [
      "of a child that was counted before only the rest counts",
      [proc(10, 1, [0]), proc(11, 10, [360_000])],
      [proc(10, 1, [0, 360_020])],
      0.2,
    ],
    [
      "and what that child had waited for was counted too",
      [proc(10, 1, [0]), proc(11, 10, [50, 200])],
      [proc(10, 1, [0, 260])],
      0.1,
    ],
    [
      "a child and a grandchild end, one waiting for the other",
      [proc(10, 1, [0]), proc(11, 10, [50]), proc(12, 11, [70])],
      [proc(10, 1, [0, 130])],
      0.1,
    ],
    [
      "a child that nobody waited for takes its time along, and nothing goes below zero",
      [proc(10, 1, [0]), proc(11, 10, [500])],
      [proc(10, 1, [10])],
      0.1,
    ],
    [
      "a zombie still has its time",
      [proc(10, 1, [0]), proc(11, 10, [500])],
      [proc(10, 1, [0]), proc(11, 10, [520])],
      0.2,
    ],
    ["another process has the pid", [proc(11, 10, [500])], [proc(11, 10, [30], now)], 0.3],
    ["the past of an old process that was found late is left out", [], [proc(11, 10, [5000], 300)], 0],
    ["more than the machine has is not said", [proc(10, 1, [0])], [proc(10, 1, [0, 360_000])], cores],
  ])("%s", (_, before, after, expected) => {
    expect(cpuBetween(reading(10, ...before), reading(11, ...after), cores)).toBeCloseTo(expected, 6);
  });
});

test("what is said is per second, however long the time between the readings", () => {
  const before = reading(10, proc(10, 1, [0]));
  expect(cpuBetween(before, reading(14, proc(10, 1, [100])), cores)).toBeCloseTo(0.25, 6);
  expect(cpuBetween(before, reading(10, proc(10, 1, [100])), cores)).toBe(0);
});
