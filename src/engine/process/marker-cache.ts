import { type EnvironmentMarks, type Markers, readMarks, unmarked } from "./markers.ts";
import { isGone, type ProcessInfo, ticksPerSecond } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";
import { system } from "./system/this-system.ts";

/** Between fork and exec a process shows its parent's environment, so a young one is read again. */
const settledAfterTicks = 2 * ticksPerSecond;

/** Parent of all kernel threads, which have no environment. */
const kernelThreads = 2;

interface Entry {
  startTicks: number;
  marks: EnvironmentMarks;
  /** False while the process was young when it was read. */
  isSettled: boolean;
  /** What its standard output goes to; not there before somebody asks. */
  output?: string | null;
}

/** The marks of all processes, each environment read once. Answers are about the table of the last `refresh`. */
export class MarkerCache {
  readonly #entries = new Map<number, Entry>();
  #table: ProcessTable | null = null;
  /** Processes by what their markers say; made when first asked for. */
  #carriers: Map<string, number[]> | null = null;
  /** Processes without markers by what they write to; made when first asked for. */
  #writers: Map<string, number[]> | null = null;

  /** Forgets what is not in the table. */
  refresh(table: ProcessTable): void {
    this.#table = table;
    this.#carriers = null;
    this.#writers = null;
    for (const [pid, entry] of this.#entries) {
      if (table.get(pid)?.startTicks !== entry.startTicks) this.#entries.delete(pid);
    }
  }

  /** Forgets all. */
  forget(): void {
    this.#table = null;
    this.#carriers = null;
    this.#writers = null;
    this.#entries.clear();
  }

  of(process: ProcessInfo): EnvironmentMarks {
    if (process.ppid === kernelThreads) return unmarked;
    const known = this.#entries.get(process.pid);
    if (known?.isSettled && known.startTicks === process.startTicks) return known.marks;
    const marks = readMarks(process.pid);
    const ageTicks = (this.#table?.takenTicks ?? 0) - process.startTicks;
    const isSettled = marks !== null && ageTicks > settledAfterTicks;
    this.#entries.set(process.pid, { startTicks: process.startTicks, marks: marks ?? unmarked, isSettled });
    return marks ?? unmarked;
  }

  /** Pids of the processes that carry exactly these markers. */
  carriers(markers: Markers): readonly number[] {
    this.#carriers ??= this.#indexCarriers();
    return this.#carriers.get(keyOf(markers)) ?? [];
  }

  /**
   * Pids of the processes whose standard output is this file and that carry no markers: where a file is written to by one
   * run alone, that is how who has taken off all else is known. None where asking about many takes the system long.
   */
  writers(file: string): readonly number[] {
    if (system.prefetch !== null) return [];
    this.#writers ??= this.#index((process, marks) => (isUnmarked(marks) ? this.#outputOf(process) : null));
    return this.#writers.get(file) ?? [];
  }

  #indexCarriers(): Map<string, number[]> {
    return this.#index((_, { markers }) => (markers === null ? null : keyOf(markers)));
  }

  #index(keyFor: (process: ProcessInfo, marks: EnvironmentMarks) => string | null): Map<string, number[]> {
    const index = new Map<string, number[]>();
    for (const process of this.#table ?? []) {
      const key = keyFor(process, this.of(process));
      if (key === null) continue;
      const pids = index.get(key);
      if (pids === undefined) index.set(key, [process.pid]);
      else pids.push(process.pid);
    }
    return index;
  }

  #outputOf(process: ProcessInfo): string | null {
    const entry = this.#entries.get(process.pid);
    if (entry === undefined || isGone(process)) return null;
    entry.output ??= system.readPath(process.pid, "stdout");
    return entry.output;
  }
}

function isUnmarked({ markers, daemonOf, buildOf }: EnvironmentMarks): boolean {
  return markers === null && daemonOf === null && buildOf === null;
}

function keyOf({ fleet, service, replica, generation }: Markers): string {
  return `${fleet}/${service}#${replica}.${generation}`;
}
