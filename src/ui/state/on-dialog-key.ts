import { quitBy, quitByKill } from "./quit.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

type DialogKey =
  | "help-down"
  | "help-up"
  | "help-close"
  | "choice-next"
  | "choice-previous"
  | "choice-take"
  | "choice-cancel"
  | "choice-kill"
  | "kill-all"
  | "leave-stopping";

const helpStep = 5;

/** Keys of what stands above the panes. */
export function onDialogKey(state: UiState, key: DialogKey, around: Surroundings): Updated {
  switch (key) {
    case "help-down":
      return helpScrolled(state, helpStep, around);
    case "help-up":
      return helpScrolled(state, -helpStep, around);
    case "help-close":
    case "choice-cancel":
      return { state: { ...state, dialog: { kind: "none" } }, effects: [] };
    case "choice-next":
      return moved(state, 1);
    case "choice-previous":
      return moved(state, -1);
    case "choice-take": {
      const choice = state.dialog.kind === "quit" ? state.dialog.choices[state.dialog.selected] : undefined;
      return quitBy(state, choice ?? "cancel");
    }
    case "choice-kill":
    case "kill-all":
      return quitByKill(state);
    case "leave-stopping":
      return { state, effects: [{ kind: "leave", outcome: "left-running" }] };
  }
}

function helpScrolled(state: UiState, rows: number, { helpLastTop }: Surroundings): Updated {
  if (state.dialog.kind !== "help") return { state, effects: [] };
  const top = Math.max(0, Math.min(state.dialog.top + rows, helpLastTop));
  return { state: { ...state, dialog: { kind: "help", top } }, effects: [] };
}

function moved(state: UiState, step: number): Updated {
  if (state.dialog.kind !== "quit") return { state, effects: [] };
  const { choices, selected } = state.dialog;
  const next = (selected + step + choices.length) % choices.length;
  return { state: { ...state, dialog: { ...state.dialog, selected: next } }, effects: [] };
}
