import { system } from "./system/this-system.ts";

/** The variables that say to which replica a process belongs; every process of a service inherits them. */
const markerNames = {
  fleet: "ORCHESTRA_FLEET",
  service: "ORCHESTRA_SERVICE",
  replica: "ORCHESTRA_REPLICA",
  generation: "ORCHESTRA_GENERATION",
} as const;

/**
 * A daemon runs with this variable set (to its fleet's id), so that one that was started from inside a service is never
 * taken for a part of it.
 */
export const daemonMarkerName = "ORCHESTRA_DAEMON";

/** Build tools run with this variable set, to the id of the fleet for which they build: they are no replica's. */
export const buildMarkerName = "ORCHESTRA_BUILD";

/** Which start of which replica a process belongs to. `replica` counts from 1. Evidence, not proof. */
export interface Markers {
  fleet: string;
  service: string;
  replica: number;
  generation: number;
}

/** What an environment says about who its process belongs to. */
export interface EnvironmentMarks {
  /** Null where there are none, or not all. */
  markers: Markers | null;
  /** The fleet whose daemon (or fork server) it says to be. */
  daemonOf: string | null;
  /** The fleet for which it builds. */
  buildOf: string | null;
}

/** What is said about a process of nobody. */
export const unmarked: EnvironmentMarks = { markers: null, daemonOf: null, buildOf: null };

/** The marks in a process's environment, none where it hides that or is gone; null where it is empty, as amid an exec. */
export function readMarks(pid: number): EnvironmentMarks | null {
  const environment = system.readEnvironment(pid);
  if (environment === "") return null;
  return environment === null ? unmarked : parseMarks(environment);
}

/** The markers in a process's environment; null where it has none, hides them, or is gone. */
export function readMarkers(pid: number): Markers | null {
  return readMarks(pid)?.markers ?? null;
}

/** True where both name the same generation of the same replica. */
export function areSameMarkers(a: Markers, b: Markers): boolean {
  return a.service === b.service && a.replica === b.replica && a.generation === b.generation && a.fleet === b.fleet;
}

/** Reads a recorded environment: `NAME=value` entries, each ended by a zero byte, as latin1. */
export function parseMarks(environment: string): EnvironmentMarks {
  if (!environment.includes("ORCHESTRA_")) return unmarked;
  const values: Record<string, string> = {};
  for (const entry of environment.split("\0")) {
    const equals = entry.indexOf("=");
    if (equals < 0 || !entry.startsWith("ORCHESTRA_")) continue;
    values[entry.slice(0, equals)] = Buffer.from(entry.slice(equals + 1), "latin1").toString();
  }
  return {
    markers: markersFrom(values),
    daemonOf: values[daemonMarkerName] ?? null,
    buildOf: values[buildMarkerName] ?? null,
  };
}

/** The markers in an environment; null where there are none, or not all. */
export function markersFrom(values: Readonly<Record<string, string | undefined>>): Markers | null {
  const { [markerNames.fleet]: fleet, [markerNames.service]: service } = values;
  const replica = Number.parseInt(values[markerNames.replica] ?? "", 10);
  const generation = Number.parseInt(values[markerNames.generation] ?? "", 10);
  if (fleet === undefined || service === undefined || Number.isNaN(replica) || Number.isNaN(generation)) return null;
  return { fleet, service, replica, generation };
}
