import type { UnitId } from "../model/ids.ts";
import type { ReplicaSnapshot } from "../model/replica.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";

/** The replica of that id, if the fleet has it. */
export function replicaOf(snapshot: FleetSnapshot, unit: UnitId): ReplicaSnapshot | undefined {
  return snapshot.services.flatMap((s) => s.replicas).find((r) => r.id === unit);
}
