import { uptime } from "node:os";
import { readProcFile } from "./proc-file.ts";
import { parseProcessStat } from "./process-info.ts";

/** The unit of process start times, fixed by the kernel's interface. */
export const ticksPerSecond = 100;

let ownStartTicks: number | null = null;

/** When that was, in milliseconds since the epoch. */
export function timeOfTicks(ticks: number): number {
  return Math.round(Date.now() - ((bootTicks() - ticks) * 1000) / ticksPerSecond);
}

/**
 * Now, in ticks since boot, as process start times count them. May be a little early, never late. The system's uptime
 * counts suspended time but is the container's own under lxcfs; our own age is the other way round: the later one is right.
 */
export function bootTicks(): number {
  ownStartTicks ??= parseProcessStat(readProcFile("/proc/self/stat") ?? "")?.startTicks ?? 0;
  const byAge = ownStartTicks + (performance.now() * ticksPerSecond) / 1000;
  return Math.floor(Math.max(byAge, uptime() * ticksPerSecond));
}
