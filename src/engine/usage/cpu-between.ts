import { type ProcessInfo, ticksPerSecond } from "../process/process-info.ts";

/** The processes of one unit at one moment; those that have ended and were not waited for yet are among them. */
export interface TreeReading {
  /** Milliseconds of a clock that only goes forward. */
  atMs: number;
  /** The same moment in ticks since boot, as start times count them. */
  atTicks: number;
  processes: ReadonlyMap<number, ProcessInfo>;
}

/** A process that began so shortly before a reading may have been missed by it. */
const missedTicks = 10;

/**
 * Cores that a unit used between two readings, at most `cores`.
 *
 * A compiler run of 50 ms is in neither reading, but its parent waited for it, and the kernel books its time with the
 * parent. So each process counts with what it used itself and what the children used that it waited for; less what the
 * reading before had counted of those children already. What nobody waited for is lost with the process.
 */
export function cpuBetween(before: TreeReading, after: TreeReading, cores: number): number {
  const elapsedMs = after.atMs - before.atMs;
  if (elapsedMs <= 0) return 0;
  const counted = countedOfTheEnded(before, after);
  let ticks = 0;
  for (const process of after.processes.values()) {
    const earlier = before.processes.get(process.pid);
    if (earlier?.startTicks === process.startTicks) {
      const waited = process.waitedCpuTicks - earlier.waitedCpuTicks - (counted.get(process.pid) ?? 0);
      ticks += Math.max(0, process.cpuTicks - earlier.cpuTicks) + Math.max(0, waited);
    } else if (process.startTicks >= before.atTicks - missedTicks) {
      ticks += process.cpuTicks + process.waitedCpuTicks;
    }
    // Else it is an old one that has only now turned out to be the unit's: its past is not of this second.
  }
  return Math.min(cores, ((ticks / ticksPerSecond) * 1000) / elapsedMs);
}

/** By the pid of the nearest ancestor that still lives: what was counted of processes that have ended since. */
function countedOfTheEnded(before: TreeReading, after: TreeReading): Map<number, number> {
  const hasEnded = (process: ProcessInfo): boolean =>
    after.processes.get(process.pid)?.startTicks !== process.startTicks;
  const counted = new Map<number, number>();
  for (const process of before.processes.values()) {
    if (!hasEnded(process)) continue;
    let heir = process.ppid;
    for (
      let parent = before.processes.get(heir);
      parent !== undefined && hasEnded(parent) && parent.ppid !== heir;
      parent = before.processes.get(heir)
    ) {
      heir = parent.ppid;
    }
    counted.set(heir, (counted.get(heir) ?? 0) + process.cpuTicks + process.waitedCpuTicks);
  }
  return counted;
}
