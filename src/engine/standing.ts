import { isSettled, type Phase } from "../model/replica.ts";
import { type ControlledService, isWanted, scaleOf } from "./controlled-service.ts";

/** Where an undertaking stands: still going on, or over and how. */
export type Standing = "busy" | "well" | "failed";

/**
 * How far an undertaking on these services and these of their units has come: `busy` as long as something is being
 * built, or a unit is not where it is wanted to be; then `failed` where a build or a unit failed. Pure.
 */
export function standingOf(services: readonly ControlledService[], units: ReadonlySet<string>): Standing {
  let hasFailed = false;
  for (const service of services) {
    const { build, replicas, rolling } = service;
    if (build.status === "queued" || build.status === "building" || build.status === "testing") return "busy";
    hasFailed ||= build.status === "failed";
    if (units.size === 0) continue;
    if (rolling !== null || replicas.size !== scaleOf(service)) return "busy";
    for (const [index, { id, unit }] of replicas) {
      if (!units.has(id)) continue;
      const { phase } = unit.state;
      if (!isInPlace(phase, service.wanted.isRunning && isWanted(service, index))) return "busy";
      hasFailed ||= phase === "failed";
    }
  }
  return hasFailed ? "failed" : "well";
}

/** True where a unit has come to rest where it is wanted to be, or has failed for good. */
export function isInPlace(phase: Phase, isWantedRunning: boolean): boolean {
  return isWantedRunning ? isSettled(phase) && phase !== "stopped" : phase === "stopped";
}
