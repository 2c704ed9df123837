import type { Diagnostic } from "./diagnostic.ts";
import type { EngineEvent, StampedEvent } from "./event.ts";
import type { FleetId } from "./ids.ts";
import { pidOf, type ReplicaSnapshot } from "./replica.ts";
import type { ServiceSnapshot } from "./service-snapshot.ts";
import type { Stray } from "./stray.ts";

/** The whole truth about a fleet at one revision. Log text is never in it. */
export interface FleetSnapshot {
  revision: number;
  id: FleetId;
  name: string;
  root: string;
  daemon: { pid: number; version: string; startedAt: number };
  isStopping: boolean;
  /** Services and vendors; those that have `vendor` come last. */
  services: ServiceSnapshot[];
  /** As of the last look, oldest first. */
  strays: Stray[];
  /** Of the newest reading of the config; with errors in it the services are those of the last good one. */
  diagnostics: Diagnostic[];
}

/** A vendor among the services of a snapshot. */
export type VendorView = ServiceSnapshot & { vendor: NonNullable<ServiceSnapshot["vendor"]> };

/** What is built and run from source. */
export function servicesOf({ services }: Pick<FleetSnapshot, "services">): ServiceSnapshot[] {
  return services.filter((s) => s.vendor === undefined);
}

/** The backing services. */
export function vendorsOf({ services }: Pick<FleetSnapshot, "services">): VendorView[] {
  return services.filter((s): s is VendorView => s.vendor !== undefined);
}

/** The replica that a stray has become; undefined where it is none yet. */
export function replicaOfStray(
  { service, pids, container }: Pick<Stray, "service" | "pids" | "container">,
  { services }: Pick<FleetSnapshot, "services">,
): ReplicaSnapshot | undefined {
  const replicas = services.find(({ name }) => name === service)?.replicas ?? [];
  return replicas.find(({ state, container: own }) =>
    container === null ? pids.includes(pidOf(state) ?? 0) : pidOf(state) !== null && own?.name === container.name,
  );
}

/**
 * The snapshot after one event. Pure; the same function runs in the daemon and in every client. Parts that the
 * event does not touch keep their identity, so a view may compare by reference. An event that does not follow the
 * snapshot's revision is a mistake of the caller, which must ask for a new snapshot.
 */
export function applyEvent(snapshot: FleetSnapshot, stamped: StampedEvent): FleetSnapshot {
  if (stamped.revision !== snapshot.revision + 1) {
    throw new RangeError(`event ${stamped.revision} does not follow revision ${snapshot.revision}`);
  }
  return { ...applyBody(snapshot, stamped.event), revision: stamped.revision };
}

function applyBody(snapshot: FleetSnapshot, event: EngineEvent): FleetSnapshot {
  switch (event.kind) {
    case "fleetLoaded":
      return {
        ...snapshot,
        name: event.name,
        services: event.services,
        diagnostics: event.diagnostics,
      };
    case "configRejected":
      return { ...snapshot, diagnostics: event.diagnostics };
    case "wantedChanged":
      return withService(snapshot, event.service, (s) => ({ ...s, wanted: event.wanted, scale: event.scale }));
    case "rerunChanged":
      return withService(snapshot, event.service, (s) => ({ ...s, rerun: event.rerun }));
    case "buildChanged":
      return withService(snapshot, event.service, (s) => ({ ...s, build: event.build }));
    case "replicaAdded":
      return withService(snapshot, event.replica.service, (s) => ({
        ...s,
        replicas: [...s.replicas.filter((r) => r.id !== event.replica.id), event.replica].sort(
          (a, b) => a.index - b.index,
        ),
      }));
    case "replicaRemoved":
      return {
        ...snapshot,
        services: snapshot.services.map((s) =>
          s.replicas.some((r) => r.id === event.unit)
            ? { ...s, replicas: s.replicas.filter((r) => r.id !== event.unit) }
            : s,
        ),
      };
    case "replicaChanged":
      return withService(snapshot, event.replica.service, (s) => ({
        ...s,
        replicas: s.replicas.map((r) => (r.id === event.replica.id ? event.replica : r)),
      }));
    case "straysChanged":
      return { ...snapshot, strays: event.strays };
    case "fleetStopping":
      return { ...snapshot, isStopping: true };
    case "replicaExited":
    case "hookOutput":
    case "hookFinished":
    case "commandFinished":
    case "noticed":
      return snapshot;
  }
}

function withService(
  snapshot: FleetSnapshot,
  name: string,
  change: (service: ServiceSnapshot) => ServiceSnapshot,
): FleetSnapshot {
  return { ...snapshot, services: snapshot.services.map((s) => (s.name === name ? change(s) : s)) };
}
