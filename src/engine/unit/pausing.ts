import type { Cause } from "../../model/cause.ts";
import type { Effect, Step, Unit } from "./unit.ts";

/**
 * Pauses what has a process, and remembers it for one that is being forked. Nothing is probed while it is paused, and no
 * stable spell runs. What does not run cannot be paused, and stays as it is.
 */
export function onPause(unit: Unit, cause: Cause): Step {
  const { state } = unit;
  switch (state.phase) {
    case "starting":
      if (state.pid !== null) return paused(unit, state.pid, cause);
      return unit.pauseDue === null ? { unit: { ...unit, pauseDue: cause }, effects: [] } : same(unit);
    case "ready":
    case "unready":
      return paused(unit, state.pid, cause);
    case "paused":
    case "stopped":
    case "waiting":
    case "stopping":
    case "backoff":
    case "failed":
    case "completed":
      return same(unit);
  }
}

/** Lets go on what is paused. Whether it is ready is found out anew, for much may have timed out meanwhile. */
export function onResume(unit: Unit, cause: Cause): Step {
  const { state } = unit;
  if (state.phase === "starting" && unit.pauseDue !== null) return { unit: { ...unit, pauseDue: null }, effects: [] };
  if (state.phase !== "paused") return same(unit);
  return goesOn(unit, state.pid, cause, [{ kind: "resume", generation: unit.generation }]);
}

/** It was never paused: it is watched again, as it was before. */
export function onPauseDenied(unit: Unit): Step {
  if (unit.state.phase !== "paused") return same(unit);
  return goesOn(unit, unit.state.pid, { kind: "policy", what: "the system does not let us pause it" }, []);
}

/** The fork is done: it goes on to be ready, unless somebody has asked for a pause meanwhile. */
export function onForked(unit: Unit, pid: number): Step {
  if (unit.pauseDue !== null) return paused({ ...unit, pauseDue: null }, pid, unit.pauseDue);
  const { generation } = unit;
  return { unit: { ...unit, state: { phase: "starting", pid } }, effects: [{ kind: "watchReadiness", generation }] };
}

/** What an earlier daemon started: paused where it stands still, else it has to show anew whether it is ready. */
export function onAdopted(unit: Unit, pid: number, isPaused: boolean): Step {
  if (isPaused) return { unit: { ...unit, state: { phase: "paused", pid } }, effects: [] };
  return goesOn(unit, pid, unit.cause, []);
}

function paused(unit: Unit, pid: number, cause: Cause): Step {
  return {
    unit: { ...unit, state: { phase: "paused", pid }, cause },
    effects: [{ kind: "stopWatching" }, { kind: "cancelTimers" }, { kind: "pause", generation: unit.generation }],
  };
}

function goesOn(unit: Unit, pid: number, cause: Cause, first: Effect[]): Step {
  const { generation } = unit;
  const effects: Effect[] = [...first, { kind: "watchReadiness", generation }];
  if (unit.hasBeenReady) effects.push({ kind: "watchLiveness", generation });
  return { unit: { ...unit, state: { phase: "starting", pid }, cause }, effects };
}

function same(unit: Unit): Step {
  return { unit, effects: [] };
}
