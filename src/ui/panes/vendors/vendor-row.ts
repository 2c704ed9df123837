import type { Phase, ReplicaSnapshot } from "../../../model/replica.ts";
import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { isUnhealthy } from "../../state/is-unhealthy.ts";

/** A row of the vendors: its one replica, and what it is a container of. */
export interface VendorRow {
  name: string;
  image: string;
  isOptional: boolean;
  replica: Pick<
    ReplicaSnapshot,
    "state" | "since" | "startedAt" | "ports" | "cause" | "failure" | "restarts" | "container"
  > | null;
}

/** The row of a vendor; null for what is none. */
export function vendorRow({ name, vendor, replicas }: ServiceSnapshot): VendorRow | null {
  if (vendor === undefined) return null;
  return { name, image: vendor.image, isOptional: vendor.isOptional, replica: replicas[0] ?? null };
}

/** The phase whose sign and colour a vendor has. */
export function vendorPhase({ replica }: VendorRow): Phase {
  return isUnhealthy(replica) ? "unready" : (replica?.state.phase ?? "stopped");
}
