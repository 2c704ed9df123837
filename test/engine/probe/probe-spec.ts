import type { ProbeAction, ProbeSpec } from "../../../src/model/service.ts";

/** A probe as the config gives it where only the action is told. */
export function probeSpec(action: ProbeAction, changes: Partial<ProbeSpec> = {}): ProbeSpec {
  return {
    action,
    intervalMs: 5000,
    timeoutMs: 2000,
    successThreshold: 1,
    failureThreshold: 3,
    delayMs: 0,
    ...changes,
  };
}
