import type { Cause, ExitStatus } from "./cause.ts";
import type { ContainerFacts } from "./container.ts";
import type { Failure, PortHolder } from "./failure.ts";
import type { UnitId } from "./ids.ts";
import type { DependencyCondition } from "./service.ts";
import type { NamedStray } from "./stray.ts";

export const phases = [
  "stopped",
  "waiting",
  "starting",
  "ready",
  "unready",
  "paused",
  "stopping",
  "backoff",
  "failed",
  "completed",
] as const;

/** A unit's state, in one word. */
export type Phase = (typeof phases)[number];

/** One thing that keeps a wanted unit from starting. */
export type Blocker =
  | { kind: "dependency"; name: string; condition: DependencyCondition; now: string }
  | { kind: "build"; status: "queued" | "building" | "testing" }
  | { kind: "port"; port: number; holder: PortHolder | null }
  /** Processes that may be the service already; none while they are being looked for. */
  | { kind: "strays"; strays: NamedStray[] }
  /**
   * The engine for containers does not answer, or does not let us in; `hint`: what to do about that. `isAsked`: that is not
   * known yet, for it is only just being asked.
   */
  | { kind: "docker"; detail: string; hint?: string; isAsked?: true }
  /** Strays of it that are being stopped. */
  | { kind: "endingStrays"; strays: NamedStray[] };

/**
 * Where a unit stands. Each phase carries exactly the data that exists in it. Times are milliseconds since the epoch.
 * `pid` is null only between the decision to start and the fork.
 */
export type UnitState =
  | { phase: "stopped" }
  | { phase: "waiting"; blockers: Blocker[] }
  | { phase: "starting"; pid: number | null }
  | { phase: "ready"; pid: number }
  | { phase: "unready"; pid: number; failure: Failure }
  | { phase: "paused"; pid: number }
  /**
   * `exit` is the leader's, once it has ended; the rest of its tree may still be ending. `killAt`: when SIGKILL follows.
   * `next`: what follows once all of it is gone: rest (stopped), another start, or what the restart policy says.
   */
  | {
      phase: "stopping";
      pid: number | null;
      exit: ExitStatus | null;
      killAt: number | null;
      next: "rest" | "start" | "policy";
    }
  | { phase: "backoff"; retryAt: number; failure: Failure }
  | { phase: "failed"; failure: Failure }
  | { phase: "completed" };

/** One running (or wanted, or ended) copy of a service, as every client sees it. */
export interface ReplicaSnapshot {
  id: UnitId;
  service: string;
  /** From 1. */
  index: number;
  state: UnitState;
  /** When the phase began. */
  since: number;
  /** When the process that runs now was started, also by an earlier daemon; null where none runs. */
  startedAt: number | null;
  /** Number of starts so far; 0 before the first. Grows by one with each spawn, for the fleet's whole life. */
  generation: number;
  /** Port name → number; empty where the service has none. The first entry is the one in `PORT`. */
  ports: Record<string, number>;
  /** Restarts by policy since a person last started it. */
  restarts: number;
  /** The last thing that went wrong in this or the previous generation; null once stable again. */
  failure: Failure | null;
  /** Of the last phase change. */
  cause: Cause;
  /** True where this daemon did not spawn it, so its exit code will not be known. */
  adopted: boolean;
  /** True where it was adopted as a stray that does not write to a file of ours: its output is to be looked for elsewhere. */
  outputElsewhere: boolean;
  /** Only there for a vendor, which is the one replica of itself. */
  isVendor?: true;
  /** Only there for what runs, or last ran, in a container. */
  container?: ContainerFacts;
}

/** Its name as a person writes it: `api#2` for a replica, `postgres` for a vendor. */
export function shownName({ id, service, isVendor }: Pick<ReplicaSnapshot, "id" | "service" | "isVendor">): string {
  return isVendor === true ? service : id;
}

/** The pid that belongs to a state, or null. */
export function pidOf(state: UnitState): number | null {
  return "pid" in state ? state.pid : null;
}

/** True where a process of the unit may exist. */
export function isAlive(phase: Phase): boolean {
  return phase === "starting" || phase === "ready" || phase === "unready" || phase === "paused" || phase === "stopping";
}

/** True where nothing more will happen before somebody or something asks for it. */
export function isSettled(phase: Phase): boolean {
  return phase === "ready" || phase === "stopped" || phase === "failed" || phase === "completed" || phase === "paused";
}
