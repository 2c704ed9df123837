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
 * `starting`, `ready` and `unready` may each become `paused`, which goes on to `starting`: what was stopped for a while
 * shows anew whether it is ready. A generation that was ready once is checked for being live until it ends.
 *
 * Every end goes through `stopping`, a crash too: a leader that is gone may leave children, and a new generation must
 * not start before the whole tree of the old one is confirmed gone. Events of an older generation are dropped at the door.
 */
import type { Cause, ExitStatus } from "../../model/cause.ts";
import { type Failure, isPermanent } from "../../model/failure.ts";
import type { UnitState } from "../../model/replica.ts";
import { exitFailure } from "./exit-failure.ts";
import { onAdopted, onForked, onPause, onPauseDenied, onResume } from "./pausing.ts";
import { onReadiness, probeFailure } from "./readiness.ts";
import { countFailure, noFailures } from "./restart-policy.ts";
import type { Effect, Moment, Step, Unit, UnitEvent } from "./unit.ts";

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
    case "pauseRequested":
      return onPause(unit, event.cause);
    case "resumeRequested":
      return onResume(unit, event.cause);
    case "pauseDenied":
      return onPauseDenied(unit);
    case "gateChanged":
      return unit.state.phase === "waiting" ? enter(unit, unit.cause, event.cause, moment) : same(unit);
    case "spawned":
      return onSpawned(unit, event.pid);
    case "spawnFailed":
      return onSpawnFailed(unit, event.failure, moment);
    case "exited":
      return onExited(unit, event.status, moment);
    case "gone":
      return onGone(unit, event, moment);
    case "readinessChanged":
      return onReadiness(unit, event, moment);
    case "livenessFailed":
      return onLivenessFailed(unit, event, moment);
    case "backoffEnded":
      if (unit.state.phase !== "backoff") return same(unit);
      return enter({ ...unit, restarts: unit.restarts + 1 }, { kind: "policy", what: "restart" }, null, moment);
    case "settled":
      return unit.state.phase === "ready"
        ? { unit: { ...unit, count: noFailures, failure: null }, effects: [] }
        : same(unit);
    case "adopted": {
      const { generation, hasBeenReady, cause } = event;
      const step = onAdopted({ ...unit, generation, hasBeenReady, cause }, event.pid, event.isPaused);
      // A stray takes the place of a start that was waited for.
      const isAwaited = unit.state.phase === "backoff";
      return { unit: step.unit, effects: [...(isAwaited ? [cancelTimers] : []), ...step.effects] };
    }
    case "lost":
      return onLost(unit, event, moment);
  }
}

const cancelTimers: Effect = { kind: "cancelTimers" };

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
    case "paused":
      // Who asks for it to run does not want it to stand still.
      return onResume(unit, cause);
    case "ready":
    case "unready":
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
      const step = end(unit, event.cause, "rest", moment, { kill: event.kill });
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
      return end(forgiven(unit), cause, "start", moment);
    default:
      return onStart(unit, cause, moment);
  }
}

function onSpawned(unit: Unit, pid: number): Step {
  switch (unit.state.phase) {
    case "starting":
      return onForked(unit, pid);
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
      return end(unit, { kind: "exit", status }, "policy", moment, { exit: status });
    case "stopping":
      return { unit: { ...unit, state: { ...unit.state, exit: status } }, effects: [] };
    default:
      return same(unit);
  }
}

function onGone(unit: Unit, { survivors, failure }: Extract<UnitEvent, { kind: "gone" }>, moment: Moment): Step {
  if (unit.state.phase !== "stopping") return same(unit);
  if (failure !== undefined) return fail(unit, failure, unit.cause, []);
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
  if (unit.fault !== null) return judge(unit, unit.fault, unit.cause, moment);
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
  const failure = exitFailure(status);
  // It may have done its work, so whether it is done again is for a person to say.
  if (oneshot && status.kind === "unknown" && !moment.isShuttingDown) return fail(unit, failure, cause, []);
  // Who removes a container does not want another one at once.
  if (isPermanent(failure) && !moment.isShuttingDown) return fail(unit, failure, cause, []);
  return judge(unit, failure, cause, moment);
}

/** What the restart policy makes of a failure whose processes are gone. */
function judge(unit: Unit, failure: Failure, cause: Cause, moment: Moment): Step {
  if (moment.isShuttingDown) return { unit: { ...unit, state: { phase: "stopped" }, cause }, effects: [] };
  if (moment.policy.restart === "never") return fail(unit, failure, cause, []);
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
      const fresh = { generation, hasBeenReady: false, pauseDue: null, fault: null };
      return {
        unit: { ...unit, ...fresh, state: { phase: "starting", pid: null }, cause: why ?? cause },
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
  moment: Moment,
  {
    exit = null,
    kill = false,
    fault = null,
  }: { exit?: ExitStatus | null; kill?: boolean; fault?: Failure | null } = {},
): Step {
  const pid = "pid" in unit.state ? unit.state.pid : null;
  const killAt = moment.now + (kill ? 0 : moment.policy.graceMs);
  const effects: Effect[] = [{ kind: "stopWatching" }, { kind: "cancelTimers" }];
  // Without a pid the fork is still to come: its outcome arrives as an event, and the signal goes then.
  if (pid !== null) effects.push({ kind: "terminate", generation: unit.generation });
  const state: UnitState = { phase: "stopping", pid, exit, killAt, next };
  return { unit: { ...unit, state, fault, pauseDue: null, cause }, effects };
}

function fail(unit: Unit, failure: Failure, cause: Cause, effects: Effect[]): Step {
  return { unit: { ...unit, state: { phase: "failed", failure }, failure, cause }, effects };
}

/** Of two generations the newer counts: one may have left a log and nothing else. */
function onLost(unit: Unit, event: Extract<UnitEvent, { kind: "lost" }>, moment: Moment): Step {
  const generation = Math.max(unit.generation, event.generation);
  return assess({ ...unit, generation }, event.status, event.cause, moment);
}

/** A process that hangs is ended like one that a person stops, and then treated like one that crashed. */
function onLivenessFailed(unit: Unit, event: { probe: string; detail: string }, moment: Moment): Step {
  switch (unit.state.phase) {
    case "starting":
    case "ready":
    case "unready": {
      const fault = probeFailure(event);
      const cause: Cause = { kind: "probe", probe: event.probe, detail: event.detail };
      return end({ ...unit, failure: fault }, cause, "policy", moment, { fault });
    }
    default:
      return same(unit);
  }
}

/** A person's start wipes the slate: nothing that went wrong before counts any more. */
function forgiven(unit: Unit): Unit {
  return { ...unit, count: noFailures, restarts: 0, failure: null, fault: null };
}

function same(unit: Unit): Step {
  return { unit, effects: [] };
}
