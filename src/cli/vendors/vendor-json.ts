import type { ContainerFacts } from "../../model/container.ts";
import type { Failure } from "../../model/failure.ts";
import type { Phase } from "../../model/replica.ts";
import type { VendorStatus } from "./vendor-status.ts";

/** What `orchestra vendors --json` prints. Documented and stable: keys may be added, none changes its meaning. */
export interface VendorsJson {
  fleet: string;
  root: string;
  /** False: no daemon looks after them, and what is told is what the engine says. */
  daemon: boolean;
  vendors: {
    name: string;
    /** Null where no daemon runs. */
    phase: Phase | null;
    state: string;
    health: ContainerFacts["health"];
    image: string;
    imageMoved: boolean;
    ports: Record<string, number>;
    /** When its container was started, in ISO 8601; null where it does not run. */
    startedAt: string | null;
    restarts: number | null;
    container: { id: string; name: string } | null;
    /** Cores and bytes; null where it does not run, or nobody could tell at once. */
    usage: { cpu: number | null; memoryBytes: number } | null;
    failure: Failure | null;
    /** Why it is not ready, where its phase does not say it all. */
    remark: string | null;
  }[];
}

/** The vendors in the published shape. */
export function toVendorsJson(
  fleet: { name: string; root: string; hasDaemon: boolean },
  vendors: readonly VendorStatus[],
): VendorsJson {
  return {
    fleet: fleet.name,
    root: fleet.root,
    daemon: fleet.hasDaemon,
    vendors: vendors.map((vendor) => ({
      name: vendor.name,
      phase: vendor.phase,
      state: vendor.state,
      health: vendor.health,
      image: vendor.image,
      imageMoved: vendor.isImageMoved,
      ports: vendor.ports,
      startedAt: vendor.upSince === null ? null : new Date(vendor.upSince).toISOString(),
      restarts: vendor.restarts,
      container: vendor.container,
      usage: vendor.usage === null ? null : { cpu: vendor.usage.cpu, memoryBytes: vendor.usage.memoryBytes },
      failure: vendor.failure,
      remark: vendor.remark,
    })),
  };
}
