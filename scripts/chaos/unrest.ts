import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import type { ChaosService } from "./chaos-fleet.ts";

/** A service whose port holder died of a full disk, or was killed, never becomes ready: after this it counts as at rest. */
const blindMs = 4_000;

/** What still has to happen before the fleet is at rest, in words; nothing where it is. Pure. */
export function unrestOf(snapshot: FleetSnapshot, services: readonly ChaosService[], now: number): string[] {
  return snapshot.services.flatMap((service) => {
    const { name, wanted, scale, replicas, build } = service;
    const { isRestless = false, isBlind = false } = services.find((s) => s.name === name) ?? {};
    if (build.status !== "none" && build.status !== "ok") return [`the build of ${name} is ${build.status}`];
    if (wanted === "running" && !isRestless && replicas.length !== scale) {
      return [`${name} has ${replicas.length} of ${scale} replicas`];
    }
    return replicas.flatMap((replica) => {
      const { phase } = replica.state;
      const age = now - replica.since;
      const isUnheard = phase === "starting" || phase === "unready";
      const isExcused = isRestless || (isBlind && isUnheard && age > blindMs);
      const isMoving =
        wanted === "stopped" ? phase !== "stopped" : !isExcused && isOnItsWay(service, replica, snapshot);
      return isMoving ? [`${replica.id} is ${phase} (wanted: ${wanted}) since ${age} ms`] : [];
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
