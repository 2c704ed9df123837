import type { Cause, ExitStatus } from "../../model/cause.ts";
import type { Failure } from "../../model/failure.ts";
import type { Blocker, UnitState } from "../../model/replica.ts";
import type { RestartMode, SupervisePolicy } from "../../model/service.ts";
import { type FailureCount, noFailures } from "./restart-policy.ts";

/** Everything that supervision remembers of a unit. Owned by its runner, changed by `transition` alone. */
export interface Unit {
  state: UnitState;
  /** Number of the newest start; 0 before the first. */
  generation: number;
  count: FailureCount;
  /** Restarts by policy since a person last started it. */
  restarts: number;
  /** The last thing that went wrong; null once stable again. */
  failure: Failure | null;
  /** This generation was ready at least once: from then on it is checked whether it is live. */
  hasBeenReady: boolean;
  /** Why it is to be paused as soon as its fork is done: a person asked for that meanwhile. */
  pauseDue: Cause | null;
  /** Why this generation is being ended, where its exit does not tell: the liveness probe that failed. */
  fault: Failure | null;
  /** Of the last phase change. */
  cause: Cause;
}

/** What follows from an event: the next unit, and what is to be done. */
export interface Step {
  unit: Unit;
  effects: Effect[];
}

/** Whether a unit that wants to start may. `failed`: it cannot before a person changes something (its build failed). */
export type Gate = { kind: "open" } | { kind: "closed"; blockers: Blocker[] } | { kind: "failed"; failure: Failure };

/** How a unit is to be supervised; from its service's config, read anew for each event. */
export interface UnitPolicy {
  restart: RestartMode;
  oneshot: boolean;
  supervise: SupervisePolicy;
  graceMs: number;
}

/** The world at the moment of an event. */
export interface Moment {
  /** Milliseconds since the epoch. */
  now: number;
  /** In [0, 1). */
  random: number;
  policy: UnitPolicy;
  /** Asked only where a start is due, since it looks at ports. */
  gate(): Gate;
  /** Nothing restarts during shutdown. */
  isShuttingDown: boolean;
}

export type UnitEvent =
  | { kind: "startRequested"; cause: Cause }
  | { kind: "stopRequested"; cause: Cause; kill: boolean }
  | { kind: "restartRequested"; cause: Cause }
  | { kind: "pauseRequested"; cause: Cause }
  | { kind: "resumeRequested"; cause: Cause }
  /** The system did not let us pause it; it goes on. */
  | { kind: "pauseDenied"; generation: number }
  /** Something that the gate depends on has changed; matters while waiting only. */
  | { kind: "gateChanged"; cause: Cause }
  | { kind: "spawned"; generation: number; pid: number }
  | { kind: "spawnFailed"; generation: number; failure: Failure }
  | { kind: "exited"; generation: number; status: ExitStatus }
  /** The whole tree is confirmed gone, its ports are free; or it could not be ended, and `survivors` are left. */
  | { kind: "gone"; generation: number; survivors: number[]; failure?: Failure }
  | { kind: "readinessChanged"; generation: number; passing: boolean; probe: string; detail: string }
  /** The liveness probe failed as often as it may. */
  | { kind: "livenessFailed"; generation: number; probe: string; detail: string }
  | { kind: "backoffEnded"; generation: number }
  /** It was ready for the stable spell. */
  | { kind: "settled"; generation: number }
  /** A process that an earlier daemon started, or a stray, is ours now, stopped by SIGSTOP or not. */
  | { kind: "adopted"; generation: number; pid: number; isPaused: boolean; hasBeenReady: boolean; cause: Cause }
  /** A run of an earlier daemon is over; how it ended may be unknown. */
  | { kind: "lost"; generation: number; status: ExitStatus; cause: Cause };

export type Effect =
  | { kind: "spawn"; generation: number }
  | { kind: "terminate"; generation: number }
  /** Skip what is left of the grace period. */
  | { kind: "kill"; generation: number }
  /** SIGSTOP and SIGCONT to its group. */
  | { kind: "pause"; generation: number }
  | { kind: "resume"; generation: number }
  | { kind: "watchReadiness"; generation: number }
  | { kind: "watchLiveness"; generation: number }
  /** Neither readiness nor liveness any more. */
  | { kind: "stopWatching" }
  | { kind: "wakeAfterBackoff"; generation: number; ms: number }
  | { kind: "wakeWhenStable"; generation: number; ms: number }
  | { kind: "cancelTimers" };

/** A unit at rest, whose next start is the one after `generation`. */
export function newUnit(generation: number, cause: Cause): Unit {
  return {
    state: { phase: "stopped" },
    generation,
    count: noFailures,
    restarts: 0,
    failure: null,
    hasBeenReady: false,
    pauseDue: null,
    fault: null,
    cause,
  };
}
