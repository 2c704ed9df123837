import type { Failure } from "../../model/failure.ts";
import type { ReplicaSnapshot } from "../../model/replica.ts";
import { pidOf } from "../../model/replica.ts";
import type { BuildStatus, RerunState, TestCounts } from "../../model/service-snapshot.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { VendorSnapshot } from "../../model/vendor.ts";

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
    phase: VendorSnapshot["state"]["phase"];
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
    services: snapshot.services.map((service) => ({
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
    vendors: snapshot.vendors.map(({ name, image, state, ports, failure }) => ({
      name,
      image,
      phase: state.phase,
      ports,
      failure,
    })),
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
