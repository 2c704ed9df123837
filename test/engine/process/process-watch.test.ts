import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ProcessInfo } from "../../../src/engine/process/process-info.ts";
import { readProcessTable } from "../../../src/engine/process/process-table.ts";
import { ProcessWatch } from "../../../src/engine/process/process-watch.ts";
import { linuxSystem } from "../../../src/engine/process/system/linux-system.ts";
import { startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** A watch of this machine that stays warm until the test ends. */
function warmWatch(): ProcessWatch {
  const watch = new ProcessWatch(linuxSystem);
  onTestFinished(watch.keepWarm());
  return watch;
}

/** The machine, now: nothing of before is good enough. */
function now(wanted: number[] = []): { wanted: Set<number>; since: number } {
  return { wanted: new Set(wanted), since: performance.now() };
}

describe("a watch of this machine", () => {
  test("lists what a reading of the whole table lists", () => {
    const watch = warmWatch();
    const pids = (table: Iterable<{ pid: number }>): number[] => [...table].map(({ pid }) => pid);
    const before = pids(readProcessTable());
    watch.look(now());
    const listed = new Set(pids(watch.look(now()).table));
    // Others come and go on this machine meanwhile; who was there before and is there after was there.
    const after = new Set(pids(readProcessTable()));
    expect(before.filter((pid) => after.has(pid) && !listed.has(pid))).toEqual([]);
    expect(listed).toContain(process.pid);
    expect(listed).toContain(1);
  });

  test("has what is wanted as it is now, and the rest as it was", async () => {
    const watch = warmWatch();
    const cpu = (wanted: number[]): number => watch.look(now(wanted)).table.get(process.pid)?.cpuTicks ?? 0;
    const first = cpu([]);
    await waitUntil("this process has used some time", () => cpu([process.pid]) > first);
  });

  test("sees what has started since, and no longer what has ended", async () => {
    const watch = warmWatch();
    watch.look();
    const { child } = startProgram("never-binds.sh");
    const { pid } = child.identity;
    expect(watch.look(now()).table.get(pid)?.ppid).toBe(process.pid);
    process.kill(pid, "SIGKILL");
    await child.exited;
    expect(watch.look(now()).table.get(pid)).toBeUndefined();
  });

  test("brings a process up to date that it had listed as it was", async () => {
    const watch = warmWatch();
    const listed = watch.look().table.get(process.pid);
    if (listed === undefined) throw new Error("this process is not listed");
    expect(watch.upToDate(listed)).toBe(listed);
    await waitUntil("it has used some time", () => {
      const old = watch.look(now()).table.get(process.pid);
      return old !== undefined && watch.upToDate(old).cpuTicks > listed.cpuTicks;
    });
  });

  test("knows whose processes are, by their environment", async () => {
    const watch = warmWatch();
    const program = startProgram("never-binds.sh");
    await program.printed("started");
    expect(watch.look(now()).marks.carriers(program.markers)).toEqual([program.child.identity.pid]);
    process.kill(program.child.identity.pid, "SIGKILL");
    await program.child.exited;
    expect(watch.look(now()).marks.carriers(program.markers)).toEqual([]);
  });
});

/** A machine whose processes a test sets, and which counts how often they are read. */
class Machine {
  readonly processes = new Map<number, ProcessInfo>();
  reads: number[] = [];
  readonly watch: ProcessWatch;

  constructor(...pids: number[]) {
    for (const pid of pids) this.start(pid);
    this.watch = new ProcessWatch(
      {
        ...linuxSystem,
        listPids: () => [...this.processes.keys()],
        readProcess: (pid) => {
          this.reads.push(pid);
          return this.processes.get(pid) ?? null;
        },
        readEnvironment: () => null,
        nowMs: () => 1_000_000,
      },
      { lastsMs: 60_000, forgetAfterMs: 1 },
    );
  }

  /** `startTicks`: now is 100,000. */
  start(pid: number, startTicks = 1_000): void {
    this.processes.set(pid, {
      pid,
      ppid: 1,
      pgid: pid,
      sid: pid,
      state: "S",
      threads: 1,
      startTicks,
      comm: "x",
      cpuTicks: 0,
      waitedCpuTicks: 0,
      residentPages: 0,
    });
  }

  readsOf(what: () => unknown): number[] {
    this.reads = [];
    what();
    return this.reads;
  }
}

/** Not a turn of the round of which the first looks are. */
const pids = [33, 65, 97, 129].map((pid) => pid + 20);

describe("what looks cost", () => {
  test("who asks in the same moment gets the same table", () => {
    const { watch } = new Machine(...pids);
    const { table } = watch.look();
    expect(watch.look().table).toBe(table);
    expect(watch.look({ since: performance.now() }).table).not.toBe(table);
  });

  test("the same table is no answer to who wants all as it is now, unless it was taken so", () => {
    const { watch } = new Machine(...pids);
    watch.look();
    const whole = watch.look({ isWhole: true });
    expect(whole.isWhole).toBe(true);
    expect(watch.look({ isWhole: true }).table).toBe(whole.table);
    expect(watch.look().table).toBe(whole.table);
  });

  test("a warm look reads what is new, young or wanted, and nothing else", () => {
    const machine = new Machine(...pids);
    onTestFinished(machine.watch.keepWarm());
    expect(machine.readsOf(() => machine.watch.look(now()))).toEqual(pids);
    expect(machine.readsOf(() => machine.watch.look(now()))).toEqual([]);
    machine.start(500, 99_990);
    expect(machine.readsOf(() => machine.watch.look(now()))).toEqual([500]);
    expect(machine.readsOf(() => machine.watch.look(now([pids[0] ?? 0, 7])))).toEqual([pids[0], 500]);
    expect(machine.readsOf(() => machine.watch.look({ isWhole: true, ...now() }))).toEqual([...pids, 500]);
  });

  test("who wants more of the same moment has only that read", () => {
    const machine = new Machine(...pids);
    onTestFinished(machine.watch.keepWarm());
    machine.watch.look(now());
    machine.watch.look(now());
    const wanted = new Set(pids.slice(0, 2));
    expect(machine.readsOf(() => machine.watch.look({ wanted }))).toEqual(pids.slice(0, 2));
    expect(machine.readsOf(() => machine.watch.look({ wanted }))).toEqual([]);
  });

  test("everybody is read again in the course of time", () => {
    const machine = new Machine(...pids);
    onTestFinished(machine.watch.keepWarm());
    machine.watch.look(now());
    const reads = machine.readsOf(() => {
      for (let i = 0; i < 80; i++) machine.watch.look(now());
    });
    expect(new Set(reads)).toEqual(new Set(pids));
  });

  test("a pid that has come to name another is seen by a whole look at once", () => {
    const machine = new Machine(...pids);
    onTestFinished(machine.watch.keepWarm());
    const [pid = 0] = pids;
    machine.watch.look(now());
    machine.start(pid, 99_000);
    expect(machine.watch.look(now()).table.get(pid)?.startTicks).toBe(1_000);
    expect(machine.watch.look({ isWhole: true, ...now() }).table.get(pid)?.startTicks).toBe(99_000);
  });

  test("what is kept warm stays, and is forgotten once nobody asks for it", async () => {
    const machine = new Machine(...pids);
    const { watch } = machine;
    const releases = [watch.keepWarm(), watch.keepWarm()];
    watch.look(now());
    releases[0]?.();
    releases[0]?.();
    await sleep(20);
    expect(machine.readsOf(() => watch.look(now()))).toEqual([]);
    releases[1]?.();
    await waitUntil("all is read again", () => machine.readsOf(() => watch.look(now())).length === pids.length);
  });

  test("a gentle look reads each process once, and is as good as any", async () => {
    const machine = new Machine(...pids);
    const { table } = await machine.watch.lookGently();
    expect([...table].map(({ pid }) => pid)).toEqual(pids);
    expect(machine.reads).toEqual(pids);
  });
});
