import type { ReplicaSnapshot } from "../../model/replica.ts";

/** True where a unit counts as ready while its image's own check says that it is not well. */
export function isUnhealthy(replica: Pick<ReplicaSnapshot, "state" | "container"> | null): boolean {
  return replica?.state.phase === "ready" && replica.container?.health === "unhealthy";
}
