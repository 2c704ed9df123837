/**
 * Theory of operation. A unit is a small machine with one owner. Whatever happens to it (a command, the end of its
 * process, a probe's answer, a timer, a change of what it waits for) is an event; `transition` is a pure function from
 * the unit and the event to the next unit and a list of effects. Nothing else changes a unit, and nothing here does
 * anything: spawning, signalling and waiting are effects that the runner carries out, whose outcomes come back as events.
 *
 *            start                gate open               probe passes
 *   stopped ───────► waiting ───────────────► starting ───────────────► ready ◄──► unready
 *      ▲                ▲                        │  exit / stop / restart │           │
 *      │ rest           │ start                  ▼                        ▼           ▼
 *      └──────────── stopping ◄──────────────────┴────────────────────────┴───────────┘
 *                       │ policy
 *                       ├──► backoff ──(time)──► waiting
 *                       ├──► completed          a clean end that was meant
 *                       └──► failed             for good: nothing but a person changes it
 *
 * Every end goes through `stopping`, a crash too: a leader that is gone may leave children, and a new generation must
 * not start before the whole tree of the old one is confirmed gone. Events of an older generation are dropped at the door.
 */
import { type Cause, describeExit, type ExitStatus } from "../../model/cause.ts";
import { type Failure, isPermanent } from "../../model/failure.ts";
import type { UnitState } from "../../model/replica.ts";
import { countFailure, noFailures } from "./restart-policy.ts";
import type { Effect, Moment, Unit, UnitEvent } from "./unit.ts";

export interface Step {
  unit: Unit;
  effects: Effect[];
}

/** The next unit and what is to be done. Returns the very same unit object where the event changes nothing. */
export function transition(unit: Unit, event: UnitEvent, moment: Moment): Step {
  if (
    "generation" in event &&
    event.generation !== unit.generation &&
    event.kind !== "adopted" &&
    event.kind !== "lost"
  ) {
    return same(unit);
  }
  switch (event.kind) {
    case "startRequested":
      return onStart(unit, event.cause, moment);
    case "stopRequested":
      return onStop(unit, event, moment);
    case "restartRequested":
      return onRestart(unit, event.cause, moment);
    case "gateChanged":
      return unit.state.phase === "waiting" ? enter(unit, unit.cause, event.cause, moment) : same(unit);
    case "spawned":
      return onSpawned(unit, event.pid);
    case "spawnFailed":
      return onSpawnFailed(unit, event.failure, moment);
    case "exited":
      return onExited(unit, event.status, moment);
    case "gone":
      return onGone(unit, event.survivors, moment);
    case "readinessChanged":
      return onReadiness(unit, event, moment);
    case "backoffEnded":
      if (unit.state.phase !== "backoff") return same(unit);
      return enter({ ...unit, restarts: unit.restarts + 1 }, { kind: "policy", what: "restart" }, null, moment);
    case "settled":
      return unit.state.phase === "ready"
        ? { unit: { ...unit, count: noFailures, failure: null }, effects: [] }
        : same(unit);
    case "adopted":
      return {
        unit: {
          ...unit,
          generation: event.generation,
          state: { phase: "starting", pid: event.pid },
          cause: event.cause,
        },
        effects: [{ kind: "watchReadiness", generation: event.generation }],
      };
    case "lost":
      return assess({ ...unit, generation: event.generation }, { kind: "unknown" }, event.cause, moment);
  }
}

function onStart(unit: Unit, cause: Cause, moment: Moment): Step {
  switch (unit.state.phase) {
    case "stopped":
    case "failed":
    case "completed":
    case "backoff":
    case "waiting": {
      const step = enter(forgiven(unit), cause, null, moment);
      return { unit: step.unit, effects: [{ kind: "cancelTimers" }, ...step.effects] };
    }
    case "stopping":
      return { unit: { ...forgiven(unit), state: { ...unit.state, next: "start" }, cause }, effects: [] };
    case "starting":
    case "ready":
    case "unready":
    case "paused":
      return same(unit);
  }
}

function onStop(unit: Unit, event: { cause: Cause; kill: boolean }, moment: Moment): Step {
  const kill: Effect[] = event.kill ? [{ kind: "kill", generation: unit.generation }] : [];
  switch (unit.state.phase) {
    case "stopped":
      return same(unit);
    case "waiting":
    case "backoff":
    case "failed":
    case "completed":
      return {
        unit: { ...unit, state: { phase: "stopped" }, cause: event.cause },
        effects: [{ kind: "cancelTimers" }],
      };
    case "stopping": {
      const state = { ...unit.state, next: "rest" as const, killAt: event.kill ? moment.now : unit.state.killAt };
      return { unit: { ...unit, state, cause: event.cause }, effects: kill };
    }
    case "starting":
    case "ready":
    case "unready":
    case "paused": {
      const step = end(unit, event.cause, "rest", null, moment, event.kill);
      return { unit: step.unit, effects: [...step.effects, ...kill] };
    }
  }
}

function onRestart(unit: Unit, cause: Cause, moment: Moment): Step {
  switch (unit.state.phase) {
    case "starting":
    case "ready":
    case "unready":
    case "paused":
      return end(forgiven(unit), cause, "start", null, moment, false);
    default:
      return onStart(unit, cause, moment);
  }
}

function onSpawned(unit: Unit, pid: number): Step {
  switch (unit.state.phase) {
    case "starting":
      return {
        unit: { ...unit, state: { phase: "starting", pid } },
        effects: [{ kind: "watchReadiness", generation: unit.generation }],
      };
    case "stopping":
      return {
        unit: { ...unit, state: { ...unit.state, pid } },
        effects: [{ kind: "terminate", generation: unit.generation }],
      };
    default:
      return same(unit);
  }
}

function onSpawnFailed(unit: Unit, failure: Failure, moment: Moment): Step {
  switch (unit.state.phase) {
    case "starting":
      if (isPermanent(failure)) return fail(unit, failure, { kind: "spawn" }, []);
      return retry(unit, failure, { kind: "spawn" }, moment);
    case "stopping":
      return afterGone(unit, unit.state.next === "policy" ? "rest" : unit.state.next, moment);
    default:
      return same(unit);
  }
}

function onExited(unit: Unit, status: ExitStatus, moment: Moment): Step {
  switch (unit.state.phase) {
    case "starting":
    case "ready":
    case "unready":
    case "paused":
      return end(unit, { kind: "exit", status }, "policy", status, moment, false);
    case "stopping":
      return { unit: { ...unit, state: { ...unit.state, exit: status } }, effects: [] };
    default:
      return same(unit);
  }
}

function onGone(unit: Unit, survivors: number[], moment: Moment): Step {
  if (unit.state.phase !== "stopping") return same(unit);
  if (survivors.length > 0) {
    const message = `${survivors.length === 1 ? "process" : "processes"} ${survivors.join(", ")} outlived SIGKILL`;
    return fail(unit, { kind: "stop-incomplete", pids: survivors, message }, unit.cause, []);
  }
  return afterGone(unit, unit.state.next, moment);
}

function afterGone(unit: Unit, next: "rest" | "start" | "policy", moment: Moment): Step {
  if (next === "rest" || moment.isShuttingDown) {
    return { unit: { ...unit, state: { phase: "stopped" } }, effects: [] };
  }
  if (next === "start") return enter(unit, unit.cause, null, moment);
  const exit =
    unit.state.phase === "stopping" && unit.state.exit !== null ? unit.state.exit : ({ kind: "unknown" } as const);
  return assess(unit, exit, { kind: "exit", status: exit }, moment);
}

/** What the restart policy makes of an end that nobody asked for. */
function assess(unit: Unit, status: ExitStatus, cause: Cause, moment: Moment): Step {
  const { restart, oneshot } = moment.policy;
  const isClean = status.kind === "code" && status.code === 0;
  if (isClean && (oneshot || restart !== "always")) {
    return { unit: { ...unit, state: { phase: "completed" }, failure: null, cause }, effects: [] };
  }
  if (moment.isShuttingDown) return { unit: { ...unit, state: { phase: "stopped" }, cause }, effects: [] };
  const failure = failureOfExit(status);
  if (restart === "never") return fail(unit, failure, cause, []);
  return retry(unit, failure, cause, moment);
}

function retry(unit: Unit, failure: Failure, cause: Cause, moment: Moment): Step {
  const { count, verdict } = countFailure(unit.count, moment.now, moment.policy.supervise, moment.random);
  if (verdict.kind === "give-up") {
    const times = verdict.failures === 1 ? "once" : `${verdict.failures} times`;
    const message = `gave up: it failed ${times} without a stable spell; last: ${failure.message}`;
    return fail({ ...unit, count }, { kind: "gave-up", failures: verdict.failures, last: failure, message }, cause, []);
  }
  const state: UnitState = { phase: "backoff", retryAt: moment.now + verdict.delayMs, failure };
  return {
    unit: { ...unit, count, failure, state, cause },
    effects: [{ kind: "wakeAfterBackoff", generation: unit.generation, ms: verdict.delayMs }],
  };
}

/** Towards a process: waiting while the gate is closed, else a new generation. `why` replaces the cause of a gate that opened. */
function enter(unit: Unit, cause: Cause, why: Cause | null, moment: Moment): Step {
  const gate = moment.gate();
  switch (gate.kind) {
    case "failed":
      return fail(unit, gate.failure, why ?? cause, []);
    case "closed": {
      const { blockers } = gate;
      if (unit.state.phase === "waiting" && JSON.stringify(unit.state.blockers) === JSON.stringify(blockers))
        return same(unit);
      return { unit: { ...unit, state: { phase: "waiting", blockers }, cause }, effects: [] };
    }
    case "open": {
      const generation = unit.generation + 1;
      return {
        unit: { ...unit, generation, state: { phase: "starting", pid: null }, cause: why ?? cause },
        effects: [{ kind: "spawn", generation }],
      };
    }
  }
}

/** From anything alive to `stopping`. */
function end(
  unit: Unit,
  cause: Cause,
  next: "rest" | "start" | "policy",
  exit: ExitStatus | null,
  moment: Moment,
  kill: boolean,
): Step {
  const pid = "pid" in unit.state ? unit.state.pid : null;
  const killAt = moment.now + (kill ? 0 : moment.policy.graceMs);
  const effects: Effect[] = [{ kind: "stopWatching" }, { kind: "cancelTimers" }];
  // Without a pid the fork is still to come: its outcome arrives as an event, and the signal goes then.
  if (pid !== null) effects.push({ kind: "terminate", generation: unit.generation });
  return { unit: { ...unit, state: { phase: "stopping", pid, exit, killAt, next }, cause }, effects };
}

function fail(unit: Unit, failure: Failure, cause: Cause, effects: Effect[]): Step {
  return { unit: { ...unit, state: { phase: "failed", failure }, failure, cause }, effects };
}

function onReadiness(unit: Unit, event: { passing: boolean; probe: string; detail: string }, moment: Moment): Step {
  const { state } = unit;
  const cause: Cause = { kind: "probe", probe: event.probe, detail: event.detail };
  if (event.passing) {
    if ((state.phase !== "starting" && state.phase !== "unready") || state.pid === null) return same(unit);
    const failure = unit.failure?.kind === "probe-failed" ? null : unit.failure;
    return {
      unit: {
        ...unit,
        failure,
        state: { phase: "ready", pid: state.pid },
        cause: state.phase === "starting" ? unit.cause : cause,
      },
      effects: [{ kind: "wakeWhenStable", generation: unit.generation, ms: moment.policy.supervise.stableMs }],
    };
  }
  const failure: Failure = {
    kind: "probe-failed",
    probe: event.probe,
    detail: event.detail,
    message: `${event.probe}: ${event.detail}`,
  };
  if (state.phase === "ready") {
    return {
      unit: { ...unit, failure, state: { phase: "unready", pid: state.pid, failure }, cause },
      effects: [{ kind: "cancelTimers" }],
    };
  }
  // Not ready yet: the phase stays, but the reason is worth showing.
  if (state.phase === "starting") return { unit: { ...unit, failure }, effects: [] };
  if (state.phase === "unready") return { unit: { ...unit, failure, state: { ...state, failure } }, effects: [] };
  return same(unit);
}

/** Why an end that nobody asked for counts as a failure. */
function failureOfExit(status: ExitStatus): Failure {
  switch (status.kind) {
    case "code":
      if (status.code !== 0) return { kind: "exited", code: status.code, message: describeExit(status) };
      return {
        kind: "exited",
        code: 0,
        message: "ended by itself with exit 0, but is meant to keep running",
        hint: "if that is fine, say oneshot: true or restart: on-failure",
      };
    case "signal":
      return { kind: "killed", signal: status.signal, message: `ended by ${status.signal}` };
    case "unknown":
      return { kind: "exit-unknown", message: "ended while no daemon was there to see how" };
  }
}

/** A person's start wipes the slate: nothing that went wrong before counts any more. */
function forgiven(unit: Unit): Unit {
  return { ...unit, count: noFailures, restarts: 0, failure: null };
}

function same(unit: Unit): Step {
  return { unit, effects: [] };
}
