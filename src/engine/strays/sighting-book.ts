import { setImmediate } from "node:timers/promises";
import { readProcLink } from "../process/identity.ts";
import { readMarks, unmarked } from "../process/markers.ts";
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
  sighting: Sighting;
}

/** What every process is, each looked at once: four small files and links, some 40 µs. */
export class SightingBook {
  #known = new Map<number, Known>();

  /** Looks at all that is new in the table, in slices. Afterwards `of` costs nothing for a process of this table. */
  async take(table: ProcessTable): Promise<void> {
    const known = new Map<number, Known>();
    let sliceEnd = performance.now() + sliceMs;
    for (const process of table) {
      if (process.ppid === 2 || process.pid === 2) continue;
      const before = this.#known.get(process.pid);
      if (before?.isSettled && before.startTicks === process.startTicks) {
        known.set(process.pid, { ...before, sighting: { ...before.sighting, process } });
        continue;
      }
      known.set(process.pid, {
        startTicks: process.startTicks,
        isSettled: table.takenTicks - process.startTicks > settledAfterTicks,
        sighting: look(process),
      });
      if (performance.now() < sliceEnd) continue;
      await setImmediate();
      sliceEnd = performance.now() + sliceMs;
    }
    this.#known = known;
  }

  /** Null for what was not in the table. */
  of({ pid }: ProcessInfo): Sighting | null {
    return this.#known.get(pid)?.sighting ?? null;
  }
}

function look(process: ProcessInfo): Sighting {
  const { pid } = process;
  return {
    process,
    argv: readArguments(pid),
    cwd: readProcLink(pid, "cwd"),
    executable: readProcLink(pid, "exe"),
    marks: readMarks(pid) ?? unmarked,
  };
}
