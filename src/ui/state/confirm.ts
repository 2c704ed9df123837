import { confirmChoices, type GridVerb, verbEffects } from "./grid-verb.ts";
import { strayAnswered } from "./on-strays.ts";
import type { Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** Asks before a verb ends several services or vendors; `what` they are, counted. */
export function askToConfirm(state: UiState, verb: GridVerb, names: readonly string[], what: string): Updated {
  return { state: { ...state, dialog: { kind: "confirm", verb, names, what, selected: 0 } }, effects: [] };
}

/** The other answer. */
export function otherAnswer(state: UiState): UiState {
  const { dialog } = state;
  if (dialog.kind !== "confirm") return state;
  return { ...state, dialog: { ...dialog, selected: (dialog.selected + 1) % confirmChoices.length } };
}

/** Carries out the verb, or leaves all as it is. */
export function answer(state: UiState, isYes: boolean): Updated {
  const { dialog } = state;
  if (dialog.kind !== "confirm") return { state, effects: [] };
  if (dialog.verb === "stop-stray") return strayAnswered(state, dialog, isYes);
  const closed: UiState = { ...state, dialog: { kind: "none" } };
  if (!isYes) return { state: closed, effects: [] };
  return {
    state: { ...closed, grid: { ...closed.grid, marked: [] } },
    effects: verbEffects(dialog.verb, dialog.names, dialog.what),
  };
}
