import { expect, test } from "vitest";
import { depthFirst } from "../../../src/engine/inspect/depth-first.ts";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";

function proc(pid: number, ppid: number, startTicks = pid): [number, ProcessInfo] {
  const usage = { cpuTicks: 0, waitedCpuTicks: 0, residentPages: 0 };
  return [pid, { pid, ppid, pgid: 10, sid: 10, startTicks, state: "S", threads: 1, comm: "x", ...usage }];
}

/** The leader is 10. */
function placed(...processes: [number, ProcessInfo][]): [number, number][] {
  return depthFirst(new Map(processes), 10).map(({ process, depth }) => [process.pid, depth]);
}

test("each process is followed by its children, in the order of their start", () => {
  expect(placed(proc(10, 1), proc(11, 10), proc(12, 11), proc(13, 10, 5), proc(14, 13))).toEqual([
    [10, 0],
    [13, 1],
    [14, 2],
    [11, 1],
    [12, 2],
  ]);
});

test("what has lost its parent comes after the leader's, as deep as a child", () => {
  expect(placed(proc(9, 1), proc(10, 1), proc(11, 10), proc(12, 9))).toEqual([
    [10, 0],
    [11, 1],
    [9, 1],
    [12, 2],
  ]);
});

test("without its leader a unit has what that has left", () => {
  expect(placed(proc(12, 1), proc(13, 12))).toEqual([
    [12, 1],
    [13, 2],
  ]);
});

test("nobody is lost or named twice where parents changed during the look", () => {
  expect(placed(proc(11, 12), proc(12, 11))).toHaveLength(2);
});
