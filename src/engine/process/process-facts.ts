import type { Tracer } from "./system/process-system.ts";
import { system } from "./system/this-system.ts";

/** The user that a process runs as; null where it is gone. */
export function readOwner(pid: number): number | null {
  return system.readOwner(pid);
}

/** The pid of the process that traces it. */
export function readTracer(pid: number): Tracer {
  return system.readTracer(pid);
}

/** Its environment as it was started with: `NAME=value`, each ended by a zero byte, as latin1; null where it is hidden. */
export function readEnvironment(pid: number): string | null {
  return system.readEnvironment(pid);
}

/**
 * To be awaited before the paths, arguments and marks of many processes are read one by one, where the system is quicker
 * at telling them together. Never fails.
 */
export async function prefetchProcesses(pids: () => readonly number[]): Promise<void> {
  await system.prefetch?.(pids());
}
