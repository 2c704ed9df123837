import { setImmediate } from "node:timers/promises";
import { readProcLink } from "../process/identity.ts";
import { type EnvironmentMarks, readMarks, unmarked } from "../process/markers.ts";
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

/** Where every process is, each looked at once, and what it is where somebody asks. */
export class SightingBook {
  #known = new Map<number, Known>();

  /** Looks at all that is new in the table, in slices. Afterwards `of` costs nothing for a process of this table. */
  async take(table: ProcessTable): Promise<void> {
    const known = new Map<number, Known>();
    await prefetchProcesses(() => [...table].filter((process) => !this.#isKnown(process)).map(({ pid }) => pid));
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
        sighting: new LateSighting(process),
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

/** But for its folder, all is read late: for those alone that have something to do with the fleet. */
class LateSighting implements Sighting {
  process: ProcessInfo;
  readonly cwd: string | null;
  #executable: string | null | undefined;
  #marks: EnvironmentMarks | undefined;
  #argv: readonly string[] | undefined;

  constructor(process: ProcessInfo) {
    this.process = process;
    this.cwd = readProcLink(process.pid, "cwd");
  }

  get executable(): string | null {
    if (this.#executable === undefined) this.#executable = readProcLink(this.process.pid, "exe");
    return this.#executable;
  }

  get argv(): readonly string[] {
    this.#argv ??= readArguments(this.process.pid);
    return this.#argv;
  }

  get marks(): EnvironmentMarks {
    this.#marks ??= readMarks(this.process.pid) ?? unmarked;
    return this.#marks;
  }
}
