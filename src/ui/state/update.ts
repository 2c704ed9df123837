import type { Action } from "./action.ts";
import { filterTyped } from "./grid-key.ts";
import { settleGrid } from "./grid-selection.ts";
import { onKey } from "./on-key.ts";
import { matchFound } from "./on-log-search.ts";
import { palettePasted, paletteTyped } from "./on-palette.ts";
import { onPasted, onTyped } from "./on-prompt.ts";
import { straysLooked } from "./on-strays.ts";
import { unitsToStop } from "./running-units.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** The next state and what is to be done. Pure. */
export function update(state: UiState, action: Action, around: Surroundings): Updated {
  switch (action.kind) {
    case "key":
      return onKey(state, action.id, around);
    case "typed":
      if (state.dialog.kind === "palette") return { state: paletteTyped(state, state.dialog, action.key), effects: [] };
      return filtering(onTyped(state, action.key), around);
    case "pasted":
      if (state.dialog.kind === "palette")
        return { state: palettePasted(state, state.dialog, action.text), effects: [] };
      return filtering(onPasted(state, action.text), around);
    case "matchFound":
      return matchFound(state, action.step, action.match, around);
    case "fleetChanged":
      return leaveWhenStopped(settleGrid(state, around), around);
    case "straysLooked":
      return { state: straysLooked(state), effects: [] };
    case "said":
      return { state: { ...state, message: action.message }, effects: [] };
    case "settingsRead":
      return { state: { ...state, mistakes: action.mistakes }, effects: [] };
    case "downAccepted":
      return state.dialog.kind === "stopping"
        ? leaveWhenStopped({ ...state, dialog: { ...state.dialog, revision: action.revision } }, around)
        : { state, effects: [] };
    case "downRefused":
      return { state: afterRefusal({ ...state, message: action.message }, around), effects: [] };
  }
}

/** The grid is filtered while the text is being typed. */
function filtering({ state, effects }: Updated, around: Surroundings): Updated {
  return { state: filterTyped(state, around), effects };
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
    snapshot !== null && revision !== null && snapshot.revision >= revision && unitsToStop(snapshot).length === 0;
  const isDone = isAccepted && (disconnected !== null || isCarriedOut);
  return { state, effects: isDone ? [{ kind: "leave", outcome: "stopped" }] : [] };
}
