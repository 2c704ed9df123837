import type { ContainerFacts } from "../../model/container.ts";
import type { Failure } from "../../model/failure.ts";
import type { Phase, ReplicaSnapshot } from "../../model/replica.ts";
import { pidOf } from "../../model/replica.ts";
import type { BuildStatus, RerunState, TestCounts } from "../../model/service-snapshot.ts";
import { type FleetSnapshot, servicesOf, type VendorView, vendorsOf } from "../../model/snapshot.ts";

/** One replica in `ps --json`. `since` is when the phase began, in ISO 8601. */
export interface PsReplica {
  id: string;
  phase: ReplicaSnapshot["state"]["phase"];
  pid: number | null;
  /** The first port. */
  port: number | null;
  ports: Record<string, number>;
  generation: number;
  restarts: number;
  since: string;
  failure: Failure | null;
}

/** What `orchestra ps --json` prints. Documented and stable: keys may be added, none changes its meaning. */
export interface PsJson {
  fleet: string;
  root: string;
  /** Null where no daemon runs. */
  daemon: { pid: number; version: string } | null;
  services: {
    name: string;
    wanted: "running" | "stopped";
    /** `unchanged`: the last build made the program that runs. `tests`: null where none were run with it. */
    build: { status: BuildStatus; failure: Failure | null; unchanged: boolean; tests: TestCounts | null };
    /** Null where there is nothing to follow. `trouble`: why it is not followed though it is on. */
    rerun: { on: boolean; tests: boolean; trouble: string | null; canGoBack: boolean } | null;
    scale: { wanted: number; ready: number };
    replicas: PsReplica[];
  }[];
  vendors: {
    name: string;
    image: string;
    phase: Phase;
    /** Of its image's HEALTHCHECK; `none` where it has none. */
    health: ContainerFacts["health"];
    /** Null where it has no container yet. */
    container: string | null;
    optional: boolean;
    keep: boolean;
    restarts: number;
    ports: Record<string, number>;
    failure: Failure | null;
  }[];
}

/** The snapshot in the published shape. */
export function toPsJson(snapshot: FleetSnapshot): PsJson {
  return {
    fleet: snapshot.name,
    root: snapshot.root,
    daemon: { pid: snapshot.daemon.pid, version: snapshot.daemon.version },
    services: servicesOf(snapshot).map((service) => ({
      name: service.name,
      wanted: service.wanted,
      build: {
        status: service.build.status,
        failure: service.build.failure,
        unchanged: service.build.isUnchanged === true,
        tests: service.build.tests ?? null,
      },
      rerun: service.rerun === undefined ? null : toPsRerun(service.rerun),
      scale: { wanted: service.scale, ready: service.replicas.filter((r) => r.state.phase === "ready").length },
      replicas: service.replicas.map(toPsReplica),
    })),
    vendors: vendorsOf(snapshot).map(toPsVendor),
  };
}

function toPsVendor({ name, vendor, replicas: [replica] }: VendorView): PsJson["vendors"][number] {
  return {
    name,
    image: vendor.image,
    phase: replica?.state.phase ?? "stopped",
    health: replica?.container?.health ?? "none",
    container: replica?.container?.id ?? null,
    optional: vendor.isOptional,
    keep: vendor.isKept,
    restarts: replica?.restarts ?? 0,
    ports: replica?.ports ?? {},
    failure: replica === undefined ? null : "failure" in replica.state ? replica.state.failure : replica.failure,
  };
}

function toPsRerun({ isOn, withTests, trouble, canGoBack }: RerunState): PsJson["services"][number]["rerun"] {
  return { on: isOn, tests: withTests, trouble, canGoBack };
}

function toPsReplica(replica: ReplicaSnapshot): PsReplica {
  return {
    id: replica.id,
    phase: replica.state.phase,
    pid: pidOf(replica.state),
    port: Object.values(replica.ports)[0] ?? null,
    ports: replica.ports,
    generation: replica.generation,
    restarts: replica.restarts,
    since: new Date(replica.since).toISOString(),
    failure: "failure" in replica.state ? replica.state.failure : replica.failure,
  };
}
