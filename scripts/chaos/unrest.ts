import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";

/** What still has to happen before the fleet is at rest, in words; nothing where it is. Pure. */
export function unrestOf(snapshot: FleetSnapshot, isRestless: (service: string) => boolean): string[] {
  return snapshot.services.flatMap((service) => {
    const { name, wanted, scale, replicas, build } = service;
    if (build.status !== "none" && build.status !== "ok") return [`the build of ${name} is ${build.status}`];
    if (wanted === "running" && !isRestless(name) && replicas.length !== scale) {
      return [`${name} has ${replicas.length} of ${scale} replicas`];
    }
    return replicas.flatMap((replica) => {
      const isMoving =
        wanted === "stopped"
          ? replica.state.phase !== "stopped"
          : !isRestless(name) && isOnItsWay(service, replica, snapshot);
      return isMoving
        ? [`${replica.id} is ${replica.state.phase} (wanted: ${wanted}) since ${Date.now() - replica.since} ms`]
        : [];
    });
  });
}

/** What waits for somebody who is at rest himself waits for ever, and is where it should be. */
function isOnItsWay(service: ServiceSnapshot, { state }: ReplicaSnapshot, snapshot: FleetSnapshot): boolean {
  switch (state.phase) {
    case "ready":
    case "completed":
    case "stopped":
      return false;
    case "failed":
      return !service.oneshot;
    case "waiting":
      return !state.blockers.every((b) => {
        if (b.kind !== "dependency") return false;
        const dependency = snapshot.services.find((s) => s.name === b.name);
        return dependency === undefined || isHeldBack(dependency);
      });
    default:
      return true;
  }
}

function isHeldBack({ wanted, scale, replicas }: ServiceSnapshot): boolean {
  if (wanted === "stopped" || scale === 0) return true;
  return replicas.some(({ state }) => state.phase === "stopped" || state.phase === "waiting");
}
