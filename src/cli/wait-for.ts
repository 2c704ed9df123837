import { unavailableVendors } from "../engine/gate.ts";
import type { StrayAction } from "../model/command.ts";
import type { Failure } from "../model/failure.ts";
import { parseUnitId, type UnitId } from "../model/ids.ts";
import { type Blocker, type ReplicaSnapshot, shownName } from "../model/replica.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
import { type FleetSnapshot, replicaOfStray } from "../model/snapshot.ts";
import { type Stray, strayTitle } from "../model/stray.ts";
import { doneWords, standingWords } from "../model/stray-words.ts";
import { describeState } from "./output/describe-state.ts";

/** What `orchestra wait` takes. */
export const goals = ["ready", "started", "stopped", "completed"] as const;

/** What a unit is waited for to be. `ready` is also reached by a one-shot that has completed. */
export type Goal = (typeof goals)[number] | "paused";

/** One thing that must come true. `old`: how it was before, where it must not stay so; null where any will do. */
export type Target =
  /**
   * `mayBeUnwanted`: that nobody wants it to run may still change, by somebody else's command. `builtSince`: since when the service's build
   * was as it was before; it need not be replaced where a newer one has made the program that runs. `mayBeUnavailable`: it is optional, so the
   * start is done with it too once it is known that it cannot be had.
   */
  | {
      kind: "unit";
      unit: UnitId;
      goal: Goal;
      old: { generation: number; since: number } | null;
      mayBeUnwanted?: boolean;
      builtSince?: number;
      mayBeUnavailable?: boolean;
    }
  /** The service's build has ended well, or it needs none. */
  | { kind: "build"; service: string; old: { since: number } | null }
  /** The stray is gone, has become a replica, or is left alone. */
  | { kind: "stray"; stray: Stray; action: StrayAction };

/** One target that is not reached: whose it is, and how things stand, as a person reads it. */
export interface OpenTarget {
  name: string;
  /** As a person writes it, where that is not its name: `postgres` for `postgres#1`. */
  shownAs?: string;
  what: string;
  failure: Failure | null;
  /** True where it waits for an engine for containers that does not answer; `hint`: what to do about that. */
  waitsForDocker?: boolean;
  hint?: string;
}

/** How far the targets are. `failed`: cannot come true before somebody changes something. */
export interface Progress {
  failed: OpenTarget[];
  pending: OpenTarget[];
}

type Verdict =
  | { kind: "reached" }
  | { kind: "pending"; what: string }
  | { kind: "failed"; what: string; failure: Failure | null };

const reached: Verdict = { kind: "reached" };

/** Compares the fleet with what is waited for. Pure; all is reached where both lists are empty. */
export function progressOf(snapshot: FleetSnapshot, targets: readonly Target[], now: number): Progress {
  const progress: Progress = { failed: [], pending: [] };
  for (const target of targets) {
    const verdict = judge(snapshot, target, now);
    const name = nameOf(target);
    const shown = vendorName(snapshot, target);
    const open = { name, ...(shown !== null && { shownAs: shown }) };
    if (verdict.kind === "failed") progress.failed.push({ ...open, what: verdict.what, failure: verdict.failure });
    if (verdict.kind === "pending") {
      const docker = dockerBlocker(snapshot, target);
      const hint = docker?.hint;
      progress.pending.push({
        ...open,
        what: verdict.what,
        failure: null,
        ...(docker !== undefined && { waitsForDocker: true }),
        ...(hint !== undefined && { hint }),
      });
    }
  }
  return progress;
}

/** Null for what has no other name. */
function vendorName(snapshot: FleetSnapshot, target: Target): string | null {
  if (target.kind !== "unit") return null;
  const { name } = parseUnitId(target.unit);
  return serviceOf(snapshot, name)?.vendor === undefined ? null : name;
}

function dockerBlocker(snapshot: FleetSnapshot, target: Target): (Blocker & { kind: "docker" }) | undefined {
  if (target.kind !== "unit") return undefined;
  const service = serviceOf(snapshot, parseUnitId(target.unit).name);
  const state = service?.replicas.find((r) => r.id === target.unit)?.state;
  return state?.phase === "waiting" ? state.blockers.find((blocker) => blocker.kind === "docker") : undefined;
}

function judge(snapshot: FleetSnapshot, target: Target, now: number): Verdict {
  switch (target.kind) {
    case "unit":
      return judgeUnit(snapshot, target, now);
    case "build":
      return judgeBuild(snapshot, target);
    case "stray":
      return judgeStray(snapshot, target);
  }
}

function nameOf(target: Target): string {
  switch (target.kind) {
    case "unit":
      return target.unit;
    case "build":
      return target.service;
    case "stray":
      return strayTitle(target.stray);
  }
}

function judgeStray(snapshot: FleetSnapshot, { stray, action }: Target & { kind: "stray" }): Verdict {
  const now = snapshot.strays.find(({ id }) => id === stray.id);
  if (action === "adopt") {
    if (replicaOfStray(stray, snapshot) !== undefined) return reached;
    if (now === undefined) return { kind: "failed", what: "ended before it was adopted", failure: null };
  } else if (now === undefined || (action === "ignore" && now.standing === "ignored")) return reached;
  // What the engine does about one it does at once, or says why it does not.
  if (now.standing === "asked") {
    return { kind: "failed", what: `of ${stray.service} was not ${doneWords[action]}`, failure: null };
  }
  return { kind: "pending", what: `of ${stray.service}: ${standingWords[now.standing]}` };
}

function judgeBuild(snapshot: FleetSnapshot, { service, old }: Target & { kind: "build" }): Verdict {
  const build = serviceOf(snapshot, service)?.build;
  if (build === undefined || build.status === "none") return reached;
  if (build.since === old?.since) return { kind: "pending", what: "not built yet" };
  switch (build.status) {
    case "ok":
      return reached;
    case "failed":
      return buildFailed(build.failure);
    case "queued":
    case "building":
    case "testing":
      return { kind: "pending", what: build.status };
  }
}

function judgeUnit(snapshot: FleetSnapshot, target: Target & { kind: "unit" }, now: number): Verdict {
  const { name, index } = parseUnitId(target.unit);
  const service = serviceOf(snapshot, name);
  const replica = service?.replicas.find((r) => r.id === target.unit);
  if (service === undefined || replica === undefined) {
    // Scaled away, or gone from the config, while we waited: nobody wants it any more.
    if (target.goal === "stopped" || service === undefined || (index !== null && index > service.scale)) return reached;
    return { kind: "pending", what: "not there yet" };
  }
  if (target.goal === "stopped") return judgeStopped(replica, now);
  if (target.goal === "paused") return judgePaused(replica, now);
  if (target.old?.generation === replica.generation) {
    // Still the old one: a new build must be there first, or it is the turn of another replica.
    if (service.build.status === "failed") return buildFailed(service.build.failure);
    if (target.builtSince !== undefined && isSameProgram(service, target.builtSince)) return reached;
    const isUntouched = replica.since === target.old.since;
    if (isUntouched || isThere(replica, target.goal)) return { kind: "pending", what: "not replaced yet" };
  }
  if (isThere(replica, target.goal)) return reached;
  if (target.mayBeUnavailable === true && unavailableVendors(snapshot).has(name)) return reached;
  return judgeRising(snapshot, service, replica, target, now);
}

function isSameProgram({ build }: ServiceSnapshot, builtSince: number): boolean {
  return build.status === "ok" && build.isUnchanged === true && build.since !== builtSince;
}

function judgeStopped(replica: ReplicaSnapshot, now: number): Verdict {
  switch (replica.state.phase) {
    case "stopped":
    case "completed":
      return reached;
    case "failed":
      // Nothing of it is left running, unless the failure is that very thing.
      return replica.state.failure.kind === "stop-incomplete" ? failedBy(replica, replica.state.failure, now) : reached;
    default:
      return { kind: "pending", what: describeState(replica, now) };
  }
}

/** What has no process any more, or goes on, will not be paused by waiting. */
function judgePaused(replica: ReplicaSnapshot, now: number): Verdict {
  const { state } = replica;
  if (state.phase === "paused") return reached;
  const what = describeState(replica, now);
  const isForking = state.phase === "starting" && state.pid === null;
  return isForking ? { kind: "pending", what } : { kind: "failed", what: `is not paused: ${what}`, failure: null };
}

function isThere({ state }: ReplicaSnapshot, goal: Exclude<Goal, "stopped" | "paused">): boolean {
  switch (state.phase) {
    case "completed":
      return true;
    case "ready":
      return goal !== "completed";
    case "paused":
    case "unready":
      return goal === "started";
    case "starting":
      return goal === "started" && state.pid !== null;
    default:
      return false;
  }
}

/** A unit on its way up: pending, unless nothing will get it there. */
function judgeRising(
  snapshot: FleetSnapshot,
  service: ServiceSnapshot,
  replica: ReplicaSnapshot,
  target: Target & { kind: "unit" },
  now: number,
): Verdict {
  const { state } = replica;
  if (state.phase === "failed") return failedBy(replica, state.failure, now);
  if (state.phase === "stopped" && service.wanted === "stopped" && target.mayBeUnwanted !== true) {
    return { kind: "failed", what: "was stopped meanwhile", failure: null };
  }
  if (state.phase === "waiting") {
    for (const blocker of state.blockers) {
      const culprit = blocker.kind === "dependency" ? findCulprit(snapshot, blocker.name) : null;
      if (culprit !== null) {
        return { kind: "failed", what: `cannot start: it needs ${culprit}, which failed`, failure: null };
      }
    }
  }
  const what =
    target.goal === "completed" && state.phase === "ready"
      ? "still running"
      : describeState(replica, now, service.oneshot);
  return { kind: "pending", what };
}

/** The unit, down the dependencies of `name`, that has failed for good; null where all may still come up. */
function findCulprit(snapshot: FleetSnapshot, name: string): string | null {
  for (const replica of serviceOf(snapshot, name)?.replicas ?? []) {
    if (replica.state.phase === "failed") return shownName(replica);
    if (replica.state.phase !== "waiting") continue;
    for (const blocker of replica.state.blockers) {
      const culprit = blocker.kind === "dependency" ? findCulprit(snapshot, blocker.name) : null;
      if (culprit !== null) return culprit;
    }
  }
  return null;
}

function buildFailed(failure: Failure | null): Verdict {
  if (failure === null) return { kind: "failed", what: "build failed", failure };
  const what = failure.kind === "test-failed" ? failure.message : `build failed: ${failure.message}`;
  return { kind: "failed", what, failure };
}

function failedBy(replica: ReplicaSnapshot, failure: Failure | null, now: number): Verdict {
  return {
    kind: "failed",
    what: failure === null ? describeState(replica, now) : `failed: ${failure.message}`,
    failure,
  };
}

function serviceOf(snapshot: FleetSnapshot, name: string): ServiceSnapshot | undefined {
  return snapshot.services.find((s) => s.name === name);
}
