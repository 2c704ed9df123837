import { describe, expect, test } from "vitest";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { ProcessTable } from "../../../src/engine/process/process-table.ts";
import { treeOf } from "../../../src/engine/process/tree.ts";

/** Started at ticks 1000 unless told. */
function proc(pid: number, ppid: number, pgid: number, sid: number, startTicks = 1000): ProcessInfo {
  const usage = { cpuTicks: 0, waitedCpuTicks: 0, residentPages: 0 };
  return { pid, ppid, pgid, sid, startTicks, state: "S", threads: 1, comm: "x", ...usage };
}

function pidsOf(processes: ProcessInfo[], pids: number[], ids: Array<[number, number]> = []): number[] {
  const tree = treeOf(new ProcessTable(processes, 5000), { pids, ids: new Map(ids) });
  return [...tree.keys()].sort((a, b) => a - b);
}

// 1 init ── 100 daemon ── 200 leader (own session) ── 201 child ── 202 grandchild (own session 202) ── 203
const init = proc(1, 0, 1, 1);
const daemon = proc(100, 1, 100, 100);
const leader = proc(200, 100, 200, 200);
const child = proc(201, 200, 200, 200);
const grandchild = proc(202, 201, 202, 202);
const deepest = proc(203, 202, 202, 202);
const all = [init, daemon, leader, child, grandchild, deepest];

describe("the tree of a unit", () => {
  test("has all descendants, in whatever session they are", () => {
    expect(pidsOf(all, [200])).toEqual([200, 201, 202, 203]);
  });

  test("has the orphans of the leader's group", () => {
    const orphan = proc(210, 1, 200, 200);
    expect(pidsOf([...all, orphan], [200])).toContain(210);
  });

  test("has another job's group in the leader's session", () => {
    const job = proc(211, 1, 211, 200);
    expect(pidsOf([...all, job], [200])).toContain(211);
  });

  test("has the orphans in a session that a descendant made", () => {
    const orphan = proc(212, 1, 215, 202);
    expect(pidsOf([...all, orphan], [200])).toContain(212);
  });

  test("never has the shell's session or job that the leader was started in", () => {
    const shell = proc(300, 1, 300, 300);
    const editor = proc(301, 300, 301, 300);
    const pipe = proc(302, 300, 302, 300);
    const adopted = proc(303, 300, 302, 300);
    expect(pidsOf([init, shell, editor, pipe, adopted, proc(304, 303, 302, 300)], [303])).toEqual([303, 304]);
  });

  test("is empty where the table has none of the seeds", () => {
    expect(pidsOf(all, [999])).toEqual([]);
  });

  test("leaves out the exempt, and what only they lead to", () => {
    const table = new ProcessTable(all, 5000);
    const tree = treeOf(table, { pids: [200], ids: new Map() }, (process) => process.pid === 202);
    expect([...tree.keys()].sort()).toEqual([200, 201]);
  });
});

describe("a group whose leader is dead", () => {
  const left = proc(220, 1, 200, 200, 1500);

  test("is known by a member that started before the leader was last seen", () => {
    expect(pidsOf([init, left], [], [[200, 2000]])).toEqual([220]);
  });

  test("brings its younger members along, because the number was in use all the time", () => {
    expect(pidsOf([init, left, proc(221, 1, 200, 200, 9000)], [], [[200, 2000]])).toEqual([220, 221]);
  });

  test("is somebody else's where all members started later: the number was given out again", () => {
    const stranger = proc(200, 1, 200, 200, 9000);
    expect(pidsOf([init, stranger, proc(230, 200, 200, 200, 9001)], [], [[200, 2000]])).toEqual([]);
  });

  test("is known by a member that is found otherwise, however young", () => {
    const marked = proc(240, 1, 200, 200, 9000);
    expect(pidsOf([init, marked, proc(241, 1, 200, 200, 9000)], [240], [[200, 2000]])).toEqual([240, 241]);
  });
});
