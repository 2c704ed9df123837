import type { UnitState } from "./replica.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";

/** Whether nothing about a service, or about some of its replicas, needs a person. */
export function isServiceWell(service: ServiceSnapshot, replicas = service.replicas): boolean {
  return service.build.status !== "failed" && replicas.every((r) => isUnitWell(r.state));
}

/**
 * Whether nothing about a unit needs a person. What waits for its build alone is on its way; what waits for something
 * else is worth a question.
 */
export function isUnitWell(state: UnitState): boolean {
  switch (state.phase) {
    case "waiting":
      return state.blockers.every((b) => b.kind === "build");
    case "unready":
    case "backoff":
    case "failed":
      return false;
    default:
      return true;
  }
}
