import { bootTicks } from "./boot-ticks.ts";
import type { ProcessInfo } from "./process-info.ts";
import { system } from "./system/this-system.ts";

function byPid(processes: Iterable<ProcessInfo>): Map<number, ProcessInfo> {
  const map = new Map<number, ProcessInfo>();
  for (const process of processes) map.set(process.pid, process);
  return map;
}

/** All processes of the machine at about one moment, zombies included. */
export class ProcessTable {
  readonly #byPid: ReadonlyMap<number, ProcessInfo>;
  #byParent: Map<number, ProcessInfo[]> | null = null;
  #byGroup: Map<number, ProcessInfo[]> | null = null;
  #bySession: Map<number, ProcessInfo[]> | null = null;

  /** When it was taken, in ticks since boot; nothing in it started later than about then. */
  readonly takenTicks: number;

  /** A map by pid is taken as it is, and must not change any more. */
  constructor(processes: Iterable<ProcessInfo> | ReadonlyMap<number, ProcessInfo>, takenTicks: number) {
    this.takenTicks = takenTicks;
    this.#byPid = processes instanceof Map ? processes : byPid(processes as Iterable<ProcessInfo>);
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
