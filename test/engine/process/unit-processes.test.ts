import { describe, expect, test } from "vitest";
import { readBootId } from "../../../src/engine/process/identity.ts";
import { MarkerCache } from "../../../src/engine/process/marker-cache.ts";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { ProcessTable } from "../../../src/engine/process/process-table.ts";
import { UnitProcesses, type UnitProcessesTarget } from "../../../src/engine/process/unit-processes.ts";

/** Larger than any pid the system hands out, so that no environment is read of them. */
const base = 2 ** 22;
const shell = base + 10;
const leader = base + 20;

function proc(pid: number, ppid: number, pgid: number, sid: number, change: Partial<ProcessInfo> = {}): ProcessInfo {
  const usage = { cpuTicks: 0, waitedCpuTicks: 0, residentPages: 0 };
  return { pid, ppid, pgid, sid, startTicks: 1000, state: "S", threads: 1, comm: "x", ...usage, ...change };
}

/** A unit whose leader is our child until it is said to have exited. */
class Scene {
  readonly #child: { isCertain: boolean; exit: { kind: "unknown" } | null; exitTicks: number | null };
  readonly #processes: UnitProcesses;
  readonly #marks = new MarkerCache();

  constructor(pgid: number, sid: number, detachedChildren: UnitProcessesTarget["detachedChildren"] = "stop") {
    const identity = { pid: leader, pgid, sid, startTicks: 1000, bootId: readBootId() };
    const child = { identity, isCertain: true, exited: new Promise<never>(() => {}), exit: null, exitTicks: null };
    this.#child = child;
    this.#processes = new UnitProcesses({ identity, child, held: null, markers: null, detachedChildren });
  }

  look(ticks: number, ...processes: ProcessInfo[]): number[] {
    const table = new ProcessTable(processes, ticks);
    this.#marks.refresh(table);
    return [...this.#processes.look(table, this.#marks).keys()].map((pid) => pid - base).sort((a, b) => a - b);
  }

  exits(ticks: number): void {
    this.#child.isCertain = false;
    this.#child.exit = { kind: "unknown" };
    this.#child.exitTicks = ticks;
  }
}

describe("a unit that leads its own session", () => {
  const own = (pid: number, ppid: number, change?: Partial<ProcessInfo>): ProcessInfo =>
    proc(base + pid, ppid, leader, leader, change);

  test("has its group without the zombies", () => {
    const scene = new Scene(leader, leader);
    expect(scene.look(2000, own(20, 1), own(21, leader), own(22, leader, { state: "Z" }))).toEqual([20, 21]);
  });

  test("has what its dead leader left in the group", () => {
    const scene = new Scene(leader, leader);
    scene.exits(2000);
    expect(scene.look(2001, own(21, 1, { startTicks: 1900 }))).toEqual([21]);
  });

  test("has nothing of a group that got its number later", () => {
    const scene = new Scene(leader, leader);
    scene.exits(2000);
    expect(scene.look(9000, own(20, 1, { startTicks: 8000 }), own(21, leader, { startTicks: 8001 }))).toEqual([]);
  });

  test("keeps what is young in a session that it has had without a break", () => {
    const scene = new Scene(leader, leader);
    const made = (pid: number, ppid: number, startTicks: number): ProcessInfo =>
      proc(base + pid, ppid, base + 30, base + 30, { startTicks });
    expect(scene.look(2000, own(20, 1), made(30, leader, 1500))).toEqual([20, 30]);
    scene.exits(2000);
    expect(scene.look(2005, made(31, 1, 2003))).toEqual([31]);
    expect(scene.look(9000, made(30, 1, 8000))).toEqual([]);
  });

  test("has nothing outside its session where it may detach children", () => {
    const scene = new Scene(leader, leader, "keep");
    const detached = proc(base + 30, leader, base + 30, base + 30);
    const job = proc(base + 31, leader, base + 31, leader);
    expect(scene.look(2000, own(20, 1), detached, job)).toEqual([20, 31]);
  });
});

describe("a unit that runs in somebody's shell", () => {
  const inJob = (pid: number, ppid: number): ProcessInfo => proc(base + pid, ppid, shell + 1, shell);
  const terminal = [proc(shell, 1, shell, shell), proc(shell + 1, shell, shell + 1, shell), inJob(40, shell)];

  test("has its descendants only, and knows them when they are orphans", () => {
    const scene = new Scene(shell + 1, shell);
    expect(scene.look(2000, ...terminal, inJob(20, shell), inJob(21, leader))).toEqual([20, 21]);
    scene.exits(2000);
    expect(scene.look(2005, ...terminal, inJob(21, 1))).toEqual([21]);
    expect(scene.look(2010, ...terminal)).toEqual([]);
  });

  test("does not know a process that got an orphan's pid", () => {
    const scene = new Scene(shell + 1, shell);
    scene.look(2000, ...terminal, inJob(20, shell), inJob(21, leader));
    scene.exits(2000);
    expect(scene.look(2005, ...terminal, { ...inJob(21, 1), startTicks: 2004 })).toEqual([]);
  });
});
