import type { Cause } from "../../model/cause.ts";
import type { Failure } from "../../model/failure.ts";
import type { Effect, Moment, Step, Unit } from "./unit.ts";

/** What a readiness check says moves a unit between `starting`, `ready` and `unready`, and ends nothing. */
export function onReadiness(
  unit: Unit,
  event: { passing: boolean; probe: string; detail: string },
  moment: Moment,
): Step {
  const { state } = unit;
  const cause: Cause = { kind: "probe", probe: event.probe, detail: event.detail };
  if (event.passing) {
    if ((state.phase !== "starting" && state.phase !== "unready") || state.pid === null) return { unit, effects: [] };
    // What this very probe complained of is over; that another one failed is remembered for a stable spell.
    const isMended = unit.failure?.kind === "probe-failed" && unit.failure.probe === event.probe;
    const { generation } = unit;
    const effects: Effect[] = [{ kind: "wakeWhenStable", generation, ms: moment.policy.supervise.stableMs }];
    if (!unit.hasBeenReady) effects.push({ kind: "watchLiveness", generation });
    return {
      unit: {
        ...unit,
        failure: isMended ? null : unit.failure,
        hasBeenReady: true,
        state: { phase: "ready", pid: state.pid },
        cause: state.phase === "starting" ? unit.cause : cause,
      },
      effects,
    };
  }
  const failure = probeFailure(event);
  if (state.phase === "ready") {
    return {
      unit: { ...unit, failure, state: { phase: "unready", pid: state.pid, failure }, cause },
      effects: [{ kind: "cancelTimers" }],
    };
  }
  // Not ready yet: the phase stays, but the reason is worth showing.
  if (state.phase === "starting") return { unit: { ...unit, failure }, effects: [] };
  if (state.phase === "unready") return { unit: { ...unit, failure, state: { ...state, failure } }, effects: [] };
  return { unit, effects: [] };
}

/** Why a unit is not well, in the words of a probe. */
export function probeFailure({ probe, detail }: { probe: string; detail: string }): Failure {
  return { kind: "probe-failed", probe, detail, message: `${probe}: ${detail}` };
}
