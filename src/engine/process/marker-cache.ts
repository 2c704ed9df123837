import { type EnvironmentMarks, type Markers, readMarks, unmarked } from "./markers.ts";
import { type ProcessInfo, ticksPerSecond } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";

/** Between fork and exec a process shows its parent's environment, so a young one is read again. */
const settledAfterTicks = 2 * ticksPerSecond;

/** Parent of all kernel threads, which have no environment. */
const kernelThreads = 2;

interface Entry {
  startTicks: number;
  marks: EnvironmentMarks;
  /** False while the process was young when it was read. */
  isSettled: boolean;
}

/** The marks of all processes, each environment read once. Answers are about the table of the last `refresh`. */
export class MarkerCache {
  readonly #entries = new Map<number, Entry>();
  #table: ProcessTable | null = null;
  /** Processes by what their markers say; made when first asked for. */
  #carriers: Map<string, number[]> | null = null;

  /** Forgets what is not in the table. */
  refresh(table: ProcessTable): void {
    this.#table = table;
    this.#carriers = null;
    for (const [pid, entry] of this.#entries) {
      if (table.get(pid)?.startTicks !== entry.startTicks) this.#entries.delete(pid);
    }
  }

  /** Forgets all. */
  forget(): void {
    this.#table = null;
    this.#carriers = null;
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

  #indexCarriers(): Map<string, number[]> {
    const carriers = new Map<string, number[]>();
    for (const process of this.#table ?? []) {
      const { markers } = this.of(process);
      if (markers === null) continue;
      const pids = carriers.get(keyOf(markers));
      if (pids === undefined) carriers.set(keyOf(markers), [process.pid]);
      else pids.push(process.pid);
    }
    return carriers;
  }
}

function keyOf({ fleet, service, replica, generation }: Markers): string {
  return `${fleet}/${service}#${replica}.${generation}`;
}
