import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Action } from "./action.ts";
import { onKey } from "./on-key.ts";
import { runningUnits } from "./running-units.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** The next state and what is to be done. Pure. */
export function update(state: UiState, action: Action, around: Surroundings): Updated {
  switch (action.kind) {
    case "key":
      return onKey(state, action.id, around);
    case "fleetChanged":
      return leaveWhenStopped(keepSelection(state, around.fleet.snapshot), around);
    case "said":
      return { state: { ...state, message: action.message }, effects: [] };
    case "downAccepted":
      return state.dialog.kind === "stopping"
        ? leaveWhenStopped({ ...state, dialog: { ...state.dialog, revision: action.revision } }, around)
        : { state, effects: [] };
    case "downRefused":
      return { state: afterRefusal({ ...state, message: action.message }, around), effects: [] };
  }
}

/** The same service stays selected; where it is gone, the one that took its place. */
function keepSelection(state: UiState, snapshot: FleetSnapshot | null): UiState {
  const names = snapshot?.services.map((s) => s.name) ?? [];
  const index = state.selected === null ? -1 : names.indexOf(state.selected);
  if (index !== -1) return index === state.selectedIndex ? state : { ...state, selectedIndex: index };
  const nearest = Math.max(0, Math.min(state.selectedIndex, names.length - 1));
  const selected = names[nearest] ?? null;
  if (selected === state.selected) return state;
  return { ...state, selected, selectedIndex: nearest, logs: { ...state.logs, scroll: { kind: "follow" } } };
}

/** An engine that is on its way out may end before it has answered: then the answer is not waited for. */
function afterRefusal(state: UiState, { fleet }: Surroundings): UiState {
  const isUnderWay = fleet.snapshot?.isStopping === true;
  return state.dialog.kind === "stopping" && !isUnderWay ? { ...state, dialog: { kind: "none" } } : state;
}

/** After "stop all": done when the engine is gone, or has carried it out. */
function leaveWhenStopped(state: UiState, { fleet }: Surroundings): Updated {
  if (state.dialog.kind !== "stopping") return { state, effects: [] };
  const { revision } = state.dialog;
  const { snapshot, disconnected } = fleet;
  const isAccepted = revision !== null || snapshot?.isStopping === true;
  const isCarriedOut =
    snapshot !== null && revision !== null && snapshot.revision >= revision && runningUnits(snapshot).length === 0;
  const isDone = isAccepted && (disconnected !== null || isCarriedOut);
  return { state, effects: isDone ? [{ kind: "leave", outcome: "stopped" }] : [] };
}
