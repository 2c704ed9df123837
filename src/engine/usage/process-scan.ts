import { readdirSync } from "node:fs";
import { bootTicks, ticksPerSecond } from "../process/boot-ticks.ts";
import type { ProcessInfo } from "../process/process-info.ts";
import { ProcessTable, readProcess } from "../process/process-table.ts";

/** Of the processes that are nobody's, one in so many is read again with each scan. */
const rounds = 16;

/** Between fork and exec a process may still change its group and session. */
const settledAfterTicks = 2 * ticksPerSecond;

/**
 * The process table over and over. A whole one costs 10 µs a process, 20 ms of each second on a machine that has two
 * thousand; so what was of no interest the last time is listed as it was then, and read again now and then.
 */
export class ProcessScan {
  #known = new Map<number, ProcessInfo>();
  /** Pids that the last scan read from the system. */
  #read = new Set<number>();
  #round = 0;

  /** The table now. What is new, young or among `wanted` is of this moment. */
  take(wanted: ReadonlySet<number>): ProcessTable {
    const takenTicks = bootTicks();
    const known = new Map<number, ProcessInfo>();
    this.#read = new Set();
    this.#round = (this.#round + 1) % rounds;
    for (const name of readdirSync("/proc")) {
      const first = name.charCodeAt(0);
      if (first < 49 || first > 57) continue;
      const pid = Number(name);
      const before = this.#known.get(pid);
      const isSettled = before !== undefined && takenTicks - before.startTicks > settledAfterTicks;
      const isKept = isSettled && pid % rounds !== this.#round && !wanted.has(pid);
      const process = isKept ? before : this.#readNow(pid);
      if (process !== null) known.set(pid, process);
    }
    this.#known = known;
    return new ProcessTable(known.values(), takenTicks);
  }

  /** The process of the last table as it is at this moment; as the table has it where it has gone since. */
  upToDate(process: ProcessInfo): ProcessInfo {
    if (this.#read.has(process.pid)) return process;
    const now = this.#readNow(process.pid);
    return now?.startTicks === process.startTicks ? now : process;
  }

  /** Frees what it remembers. */
  forget(): void {
    this.#known.clear();
    this.#read.clear();
  }

  #readNow(pid: number): ProcessInfo | null {
    this.#read.add(pid);
    return readProcess(pid);
  }
}
