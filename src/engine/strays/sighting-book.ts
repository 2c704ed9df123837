import { setImmediate } from "node:timers/promises";
import { readProcLink } from "../process/identity.ts";
import type { MarkerCache } from "../process/marker-cache.ts";
import type { EnvironmentMarks } from "../process/markers.ts";
import { prefetchProcesses } from "../process/process-facts.ts";
import type { ProcessInfo } from "../process/process-info.ts";
import { ticksPerSecond } from "../process/process-info.ts";
import type { ProcessTable } from "../process/process-table.ts";
import { readArguments } from "../process/read-command-line.ts";
import type { Sighting } from "./sighting.ts";

/** Until then a process may still be what it was before its exec, or on its way to its folder. */
const settledAfterTicks = 2 * ticksPerSecond;
/** How long one slice may hold up the event loop, milliseconds. */
const sliceMs = 4;

interface Known {
  startTicks: number;
  /** False while the process was young when it was looked at. */
  isSettled: boolean;
  sighting: LateSighting;
}

/** What every process is, each looked at once: three small files and links, some 30 µs. */
export class SightingBook {
  #known = new Map<number, Known>();

  /** Looks at all that is new in the table, in slices. Afterwards `of` costs nothing for a process of this table. */
  async take(table: ProcessTable, marks: MarkerCache): Promise<void> {
    const known = new Map<number, Known>();
    await prefetchProcesses([...table].filter((process) => !this.#isKnown(process)).map(({ pid }) => pid));
    let sliceEnd = performance.now() + sliceMs;
    for (const process of table) {
      if (process.ppid === 2 || process.pid === 2) continue;
      const before = this.#known.get(process.pid);
      if (before !== undefined && this.#isKnown(process)) {
        // Its parent may be another by now.
        before.sighting.process = process;
        known.set(process.pid, before);
        continue;
      }
      known.set(process.pid, {
        startTicks: process.startTicks,
        isSettled: table.takenTicks - process.startTicks > settledAfterTicks,
        sighting: new LateSighting(process, marks.of(process)),
      });
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      sliceEnd = performance.now() + sliceMs;
    }
    this.#known = known;
  }

  #isKnown({ pid, startTicks }: ProcessInfo): boolean {
    const known = this.#known.get(pid);
    return known?.isSettled === true && known.startTicks === startTicks;
  }

  /** Null for what was not in the table. */
  of({ pid }: ProcessInfo): Sighting | null {
    return this.#known.get(pid)?.sighting ?? null;
  }
}

/** What is read late is read for those alone that have something to do with the fleet. */
class LateSighting implements Sighting {
  process: ProcessInfo;
  readonly cwd: string | null;
  readonly executable: string | null;
  readonly marks: EnvironmentMarks;
  #argv: readonly string[] | null = null;

  constructor(process: ProcessInfo, marks: EnvironmentMarks) {
    this.process = process;
    this.cwd = readProcLink(process.pid, "cwd");
    this.executable = readProcLink(process.pid, "exe");
    this.marks = marks;
  }

  get argv(): readonly string[] {
    this.#argv ??= readArguments(this.process.pid);
    return this.#argv;
  }
}
