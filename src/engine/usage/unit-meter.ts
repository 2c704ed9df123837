import type { UnitUsage } from "../../model/usage.ts";
import type { MarkerCache } from "../process/marker-cache.ts";
import { pageBytes } from "../process/page-bytes.ts";
import type { ProcessInfo } from "../process/process-info.ts";
import type { ProcessTable } from "../process/process-table.ts";
import { UnitProcesses, type UnitProcessesTarget } from "../process/unit-processes.ts";
import { cpuBetween, type TreeReading } from "./cpu-between.ts";

/** What one look at the machine has found. */
export interface UsageScene {
  table: ProcessTable;
  marks: MarkerCache;
  /** Milliseconds of a clock that only goes forward. */
  atMs: number;
  cores: number;
  /** A process of the table, read again unless the table's is of this moment. */
  upToDate: (process: ProcessInfo) => ProcessInfo;
}

/** Measures one generation of a unit, in one look after the other. */
export class UnitMeter {
  readonly generation: number;
  readonly #processes: UnitProcesses;
  #reading: TreeReading | null = null;

  constructor(generation: number, target: UnitProcessesTarget) {
    this.generation = generation;
    this.#processes = new UnitProcesses(target);
  }

  /** Pids of the last look; their numbers are asked for again with the next. */
  get pids(): Iterable<number> {
    return this.#reading?.processes.keys() ?? [];
  }

  /** Null where it has no process. */
  look({ table, marks, atMs, cores, upToDate }: UsageScene): UnitUsage | null {
    const alive = [...this.#processes.look(table, marks).values()].map(upToDate);
    const processes = new Map(alive.map((process) => [process.pid, process]));
    // Until its parent has waited for it, what a zombie used is booked nowhere else.
    for (const { pid, startTicks } of this.#reading?.processes.values() ?? []) {
      const ended = processes.has(pid) ? undefined : table.get(pid);
      if (ended?.startTicks === startTicks) processes.set(pid, ended);
    }
    const before = this.#reading;
    this.#reading = { atMs, atTicks: table.takenTicks, processes };
    if (alive.length === 0) return null;
    return {
      cpu: before === null ? null : cpuBetween(before, this.#reading, cores),
      memoryBytes: alive.reduce((pages, process) => pages + process.residentPages, 0) * pageBytes(),
      processes: alive.length,
    };
  }
}
