import { isAlive, type Phase, type ReplicaSnapshot } from "../../model/replica.ts";
import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { isUnhealthy } from "./is-unhealthy.ts";

/** What most needs a look comes first. */
const severity: readonly Phase[] = [
  "failed",
  "backoff",
  "unready",
  "stopping",
  "starting",
  "waiting",
  "paused",
  "ready",
  "completed",
  "stopped",
];

/** A service in one word, taken from its replicas. */
export interface ServiceStatus {
  phase: Phase;
  /** The phase as the user reads it: a oneshot that is at work is `running`, since it never becomes ready without a probe. */
  word: string;
  /** The replica that the word is about; null where there is none. */
  replica: ReplicaSnapshot | null;
  /** Replicas that do what is wanted of them: ready, or completed. */
  ready: number;
  wanted: number;
  restarts: number;
  /** When the youngest living replica began its phase; null where none lives. */
  upSince: number | null;
}

/** A snapshot never changes, so neither does what is derived from it. */
const known = new WeakMap<ServiceSnapshot, ServiceStatus>();

/** Derived, never stored. A replica that is on its way out after scaling down counts only while no other is left. */
export function serviceStatus(service: ServiceSnapshot): ServiceStatus {
  const status = known.get(service) ?? derive(service);
  known.set(service, status);
  return status;
}

/**
 * True where a service needs a look: it failed, or does so again and again, or its build did. One that came back from a crash ails until it
 * is stable, so a crash loop does not flip back and forth.
 */
export function isAiling(service: ServiceSnapshot): boolean {
  if (service.build.status === "failed") return true;
  const { phase } = serviceStatus(service);
  if (phase === "failed" || phase === "backoff" || phase === "unready") return true;
  if (service.replicas.some(isUnhealthy)) return true;
  if (service.wanted === "stopped") return false;
  return service.replicas.some((r) => r.failure !== null && r.index <= service.scale && hasComeBack(r));
}

function hasComeBack({ state: { phase } }: ReplicaSnapshot): boolean {
  return phase !== "stopped" && phase !== "completed" && phase !== "paused";
}

function derive(service: ServiceSnapshot): ServiceStatus {
  const kept = service.replicas.filter((r) => r.index <= service.scale);
  const replicas = kept.length > 0 ? kept : service.replicas;
  const rank = (replica: ReplicaSnapshot) => severity.indexOf(replica.state.phase);
  const replica = replicas.reduce<ReplicaSnapshot | null>(
    (worst, r) => (worst === null || rank(r) < rank(worst) ? r : worst),
    null,
  );
  const phase = replica?.state.phase ?? "stopped";
  const living = replicas.filter((r) => isAlive(r.state.phase) && r.state.phase !== "stopping");
  return {
    phase,
    word: service.oneshot && phase === "starting" ? "running" : phase,
    replica,
    ready: replicas.filter((r) => r.state.phase === "ready" || r.state.phase === "completed").length,
    wanted: service.scale,
    restarts: replicas.reduce((sum, r) => sum + r.restarts, 0),
    upSince: living.length === 0 ? null : Math.max(...living.map((r) => r.startedAt ?? r.since)),
  };
}

/** Number of services with each word, worst first; what no service is in is left out. */
export function countPhases(services: readonly ServiceSnapshot[]): { phase: Phase; word: string; count: number }[] {
  const statuses = services.map(serviceStatus).sort((a, b) => severity.indexOf(a.phase) - severity.indexOf(b.phase));
  const counts = new Map<string, { phase: Phase; word: string; count: number }>();
  for (const { phase, word } of statuses) {
    const counted = counts.get(word);
    if (counted === undefined) counts.set(word, { phase, word, count: 1 });
    else counted.count += 1;
  }
  return [...counts.values()];
}
