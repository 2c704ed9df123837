import { readdirSync } from "node:fs";
import { bootTicks } from "./boot-ticks.ts";
import { readProcFile } from "./proc-file.ts";
import { type ProcessInfo, parseProcessStat } from "./process-info.ts";

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

/** Reads the table. About 10 µs a process; take one for all that ask in the same turn. */
export function readProcessTable(): ProcessTable {
  const processes: ProcessInfo[] = [];
  for (const name of readdirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 49 || first > 57) continue;
    const process = readProcess(Number(name));
    if (process !== null) processes.push(process);
  }
  return new ProcessTable(processes, bootTicks());
}

/** Reads one process; null where there is none. */
export function readProcess(pid: number): ProcessInfo | null {
  const text = readProcFile(`/proc/${pid}/stat`);
  return text === null ? null : parseProcessStat(text);
}
