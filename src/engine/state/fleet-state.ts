import type { Cause, Origin } from "../../model/cause.ts";
import type { PullPolicy } from "../../model/container.ts";
import type { UnitState } from "../../model/replica.ts";
import type { RunRecord } from "../drivers/driver.ts";

/** What a person asked of a service. Survives the daemon. */
export interface WantedService {
  isRunning: boolean;
  /** Live scale; null: the config's. */
  scale: number | null;
  /** Replicas that were stopped one by one. */
  stoppedIndexes: number[];
  ignoresDependencies: boolean;
  /** Key into `environments`: the caller's environment at the last start; null before the first. */
  environment: string | null;
  /** `-e K=V` of the last start. */
  overrides: Record<string, string>;
  /** The verb of the last start, for the environment of its section in orchestra.yml. */
  verb: string;
  /** Of the last start: headless runs give up sooner. */
  origin: Origin;
  /** Whether it follows its sources, where a person has said so; null, or not there: as the config says. */
  rerun?: { isOn: boolean; withTests: boolean } | null;
  /** Of the last start: it runs in a container, whatever its config says. */
  inContainer?: boolean;
  /** Of the last start: when images are fetched, where that differs from the config. */
  pull?: PullPolicy;
  /** The lease that it hangs on; null, or not there, where somebody asked for it in their own name. */
  lease?: string | null;
}

/** All that a daemon must find again after its own death; the content of `.orchestra/state.json`. */
export interface FleetState {
  version: 1;
  /** Of the boot during which this was written; after another one nothing in `units` lives, and no wish is left. */
  bootId: string;
  /** By service. A service that is not in it was never asked for. */
  wanted: Record<string, WantedService>;
  /** By unit: what runs, or ran when this was written. */
  units: Record<string, RunRecord>;
  /** By unit: those that had come to an end that stays, so that a oneshot is not run twice and a failure not forgotten. */
  resting: Record<string, RestingUnit>;
  /** By unit: the newest generation ever, so that a log file is never written by two. */
  generations: Record<string, number>;
  /** By unit: the newest generation whose end is known, and what followed from it is in here. */
  ended: Record<string, number>;
  /** By service: a restart that goes from replica to replica. */
  rolling: Record<string, RollingRecord>;
  /** By unit and port name: what `auto` came to. */
  ports: Record<string, Record<string, number>>;
  /** Callers' environments, by hash. */
  environments: Record<string, Record<string, string>>;
  /** True where the daemon has let go of its own accord: those whose leases it kept come back to the next one. */
  isHandedOver: boolean;
}

/** A replica whose generation, the one that runs, is to be replaced by another. */
export interface Replaced {
  index: number;
  generation: number;
}

/** A restart under way: those that it has not come to, and the one that it is about. */
export interface RollingRecord {
  units: Replaced[];
  cause: Cause;
  /** Where one fails, the others are left as they are. */
  isCautious?: boolean;
}

/** A unit that has completed, or failed for good. */
export interface RestingUnit {
  service: string;
  index: number;
  state: Extract<UnitState, { phase: "completed" | "failed" }>;
}

export function emptyState(): FleetState {
  return {
    version: 1,
    bootId: "",
    wanted: {},
    units: {},
    resting: {},
    generations: {},
    ended: {},
    rolling: {},
    ports: {},
    environments: {},
    isHandedOver: false,
  };
}

/** True where a person's wish is recorded, so that opening the dashboard must not start anything by itself. */
export function hasWanted(state: FleetState): boolean {
  return Object.keys(state.wanted).length > 0;
}

type Check = (value: unknown) => boolean;

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
const isText: Check = (value) => typeof value === "string";
const isNumber: Check = Number.isFinite;
const mapOf =
  (check: Check): Check =>
  (value) =>
    isMap(value) && Object.values(value).every(check);
const having =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isMap(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

/** What of each part would lead a daemon astray if it were not there. */
const isState = having({
  bootId: isText,
  wanted: mapOf(
    having({ isRunning: (v) => typeof v === "boolean", stoppedIndexes: Array.isArray, overrides: isMap, verb: isText }),
  ),
  units: mapOf(
    having({
      unit: isText,
      service: isText,
      index: isNumber,
      generation: isNumber,
      pid: isNumber,
      ports: mapOf(isNumber),
      startedAt: isNumber,
    }),
  ),
  resting: mapOf(
    having({
      service: isText,
      index: isNumber,
      state: (v) => isMap(v) && (v.phase === "completed" || (v.phase === "failed" && isMap(v.failure))),
    }),
  ),
  generations: mapOf(isNumber),
  ended: mapOf(isNumber),
  rolling: mapOf(having({ units: Array.isArray, cause: isMap })),
  ports: mapOf(mapOf(isNumber)),
  environments: mapOf(mapOf(isText)),
});

/** Checks the shape of what was read; null where it is not a state of ours. */
export function parseState(text: string): FleetState | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isMap(value) || value.version !== 1) return null;
    const state = { ...emptyState(), ...(value as Partial<FleetState>) };
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}
