import { ticksPerSecond } from "./process-info.ts";
import { system } from "./system/this-system.ts";

/** When that was, in milliseconds since the epoch. */
export function timeOfTicks(ticks: number): number {
  return Math.round(Date.now() - ((bootTicks() - ticks) * 1000) / ticksPerSecond);
}

/** Now, in ticks as process start times count them (on Linux since the machine booted). May be a little early, never late. */
export function bootTicks(): number {
  return Math.floor((system.nowMs() * ticksPerSecond) / 1000);
}
