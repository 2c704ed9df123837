import { setTimeout as sleep } from "node:timers/promises";
import { type FoundProcess, processesOf } from "./processes-of.ts";

const graceMs = 2_000;
const killLimitMs = 5_000;

/**
 * Waits until no process of `folder` is left (see processes-of.ts), and kills those that are still there after two
 * seconds, and what they start meanwhile. Resolves with all that had to be killed. Children of `owner` are its own affair.
 */
export async function endProcessesOf(folder: string, owner?: number): Promise<FoundProcess[]> {
  const startedAt = performance.now();
  const killed = new Map<number, FoundProcess>();
  for (;;) {
    const left = processesOf(folder).filter(({ parent }) => parent !== owner);
    const waitedMs = performance.now() - startedAt;
    if (left.length === 0 || waitedMs > graceMs + killLimitMs) return [...killed.values()];
    if (waitedMs > graceMs) {
      for (const found of left) {
        killed.set(found.pid, found);
        killIfThere(found.pid);
      }
    }
    await sleep(10);
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended since.
  }
}
