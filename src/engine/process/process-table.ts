import { bootTicks } from "./boot-ticks.ts";
import type { ProcessInfo } from "./process-info.ts";
import { system } from "./system/this-system.ts";

/** All processes of the machine at about one moment, zombies included. */
export class ProcessTable {
  readonly #byPid = new Map<number, ProcessInfo>();
  #byParent: Map<number, ProcessInfo[]> | null = null;
  #byGroup: Map<number, ProcessInfo[]> | null = null;
  #bySession: Map<number, ProcessInfo[]> | null = null;

  /** When it was taken, in ticks since boot; nothing in it started later than about then. */
  readonly takenTicks: number;

  constructor(processes: Iterable<ProcessInfo>, takenTicks: number) {
    this.takenTicks = takenTicks;
    for (const process of processes) this.#byPid.set(process.pid, process);
  }

  get size(): number {
    return this.#byPid.size;
  }

  get(pid: number): ProcessInfo | undefined {
    return this.#byPid.get(pid);
  }

  children(pid: number): readonly ProcessInfo[] {
    this.#byParent ??= Map.groupBy(this.#byPid.values(), (process) => process.ppid);
    return this.#byParent.get(pid) ?? [];
  }

  group(pgid: number): readonly ProcessInfo[] {
    this.#byGroup ??= Map.groupBy(this.#byPid.values(), (process) => process.pgid);
    return this.#byGroup.get(pgid) ?? [];
  }

  session(sid: number): readonly ProcessInfo[] {
    this.#bySession ??= Map.groupBy(this.#byPid.values(), (process) => process.sid);
    return this.#bySession.get(sid) ?? [];
  }

  [Symbol.iterator](): IterableIterator<ProcessInfo> {
    return this.#byPid.values();
  }
}

/** Reads the table. About 10 µs a process; whoever asks again and again has a ProcessWatch for it. */
export function readProcessTable(): ProcessTable {
  const processes = system.listPids().map((pid) => system.readProcess(pid));
  return new ProcessTable(
    processes.filter((process) => process !== null),
    bootTicks(),
  );
}

/** Reads one process; null where there is none. */
export function readProcess(pid: number): ProcessInfo | null {
  return system.readProcess(pid);
}
