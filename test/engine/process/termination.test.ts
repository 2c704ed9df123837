import { type AddressInfo, createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { readBootId } from "../../../src/engine/process/identity.ts";
import { MarkerCache } from "../../../src/engine/process/marker-cache.ts";
import { readListeners } from "../../../src/engine/process/port-table.ts";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { ProcessTable, readProcess } from "../../../src/engine/process/process-table.ts";
import type { SpawnedProcess } from "../../../src/engine/process/spawn-process.ts";
import { TerminationRun } from "../../../src/engine/process/termination.ts";
import type { ExitStatus } from "../../../src/model/cause.ts";

/** Larger than any pid the system hands out, so that signals to it reach nobody. */
const pid = 2 ** 22 + 100;

function proc(change: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    pid,
    ppid: 1,
    pgid: pid,
    sid: pid,
    startTicks: 1000,
    state: "S",
    threads: 1,
    comm: "x",
    cpuTicks: 0,
    waitedCpuTicks: 0,
    residentPages: 0,
    ...change,
  };
}

/** A unit that ends as the tables say that are shown to it. */
class Scene {
  readonly child: SpawnedProcess & { exit: ExitStatus | null; isCertain: boolean };
  readonly #run: TerminationRun;
  readonly #marks = new MarkerCache();

  constructor(graceMs: number, ports: number[] = []) {
    const identity = { pid, pgid: pid, sid: pid, startTicks: 1000, bootId: readBootId() };
    this.child = { identity, isCertain: true, exited: new Promise(() => {}), exit: null, exitTicks: null };
    const common = { identity, child: this.child, held: null, markers: null, detachedChildren: "stop" } as const;
    this.#run = new TerminationRun({ ...common, ports, signal: "SIGTERM", graceMs }, 0);
  }

  look(
    now: number,
    processes: ProcessInfo[],
    listeners = new Map<number, string[]>(),
    isWhole = true,
  ): number[] | null {
    const table = new ProcessTable(processes, 2000 + now / 10);
    this.#marks.refresh(table);
    return this.#run.step(now, { table, marks: this.#marks, isWhole }, () => listeners);
  }

  get needsWholeLook(): boolean {
    return this.#run.needsWholeLook;
  }

  exits(): void {
    this.child.isCertain = false;
    this.child.exit = { kind: "code", code: 0 };
  }

  kill(now: number): void {
    this.#run.kill(now);
  }
}

describe("a termination", () => {
  test("is over at the first look that finds nothing, where there was only the leader", () => {
    const scene = new Scene(1000);
    expect(scene.look(0, [proc()])).toBeNull();
    scene.exits();
    expect(scene.look(10, [])).toEqual([]);
  });

  test("counts a zombie as gone, but waits to be told its exit", () => {
    const scene = new Scene(1000);
    expect(scene.look(0, [proc({ state: "Z" })])).toBeNull();
    scene.exits();
    expect(scene.look(10, [proc({ state: "Z" })])).toEqual([]);
  });

  test("looks twice where there was more than the leader", () => {
    const scene = new Scene(1000);
    expect(scene.look(0, [proc(), proc({ pid: pid + 1, ppid: pid })])).toBeNull();
    scene.exits();
    expect(scene.look(10, [])).toBeNull();
    expect(scene.look(20, [])).toEqual([]);
  });

  test("is not over by a look that listed some as they were before", () => {
    const scene = new Scene(1000);
    const both = [proc(), proc({ pid: pid + 1, ppid: pid })];
    const nobody = (now: number, isWhole: boolean): number[] | null => scene.look(now, [], new Map(), isWhole);
    expect(scene.needsWholeLook).toBe(true);
    expect(scene.look(0, both)).toBeNull();
    expect(scene.needsWholeLook).toBe(false);
    scene.exits();
    expect(scene.needsWholeLook).toBe(false);
    expect(nobody(10, false)).toBeNull();
    expect(scene.needsWholeLook).toBe(true);
    expect(nobody(20, false)).toBeNull();
    expect(nobody(30, true)).toEqual([]);
  });

  test("wants a whole look at once when the leader, that was alone, has ended", () => {
    const scene = new Scene(1000);
    expect(scene.look(0, [proc()])).toBeNull();
    expect(scene.needsWholeLook).toBe(false);
    scene.exits();
    expect(scene.needsWholeLook).toBe(true);
  });

  test("reports what is there five seconds after SIGKILL", () => {
    const scene = new Scene(1000);
    const stuck = proc({ state: "D" });
    for (const now of [0, 999, 1000, 5999]) expect(scene.look(now, [stuck])).toBeNull();
    expect(scene.look(6000, [stuck])).toEqual([pid]);
  });

  test("that is hurried reports it five seconds after that", () => {
    const scene = new Scene(60_000);
    const stuck = proc({ state: "D" });
    expect(scene.look(0, [stuck])).toBeNull();
    scene.kill(100);
    expect(scene.look(5099, [stuck])).toBeNull();
    expect(scene.look(5100, [stuck])).toEqual([pid]);
  });

  test("waits out a port that nobody visible listens on, two seconds at most", () => {
    const scene = new Scene(1000, [8080]);
    const listeners = new Map([[8080, ["1"]]]);
    expect(scene.look(0, [proc()], listeners)).toBeNull();
    scene.exits();
    expect(scene.look(100, [], listeners)).toBeNull();
    expect(scene.look(2099, [], listeners)).toBeNull();
    expect(scene.look(2100, [], listeners)).toEqual([]);
  });

  test("does not wait for a port that somebody else has taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const scene = new Scene(1000, [port]);
    const us = readProcess(process.pid);
    if (us === null) throw new Error("this process is not in the table");
    expect(scene.look(0, [proc(), us])).toBeNull();
    scene.exits();
    expect(scene.look(100, [us], readListeners())).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });
});
