import type { Effect } from "./effect.ts";
import { type QuitChoice, quitChoices } from "./quit-choice.ts";
import { runningUnits } from "./running-units.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** Leaves, or asks how while something runs. Where the engine is away there is nothing to choose: what runs goes on. */
export function askToQuit(state: UiState, { fleet }: Surroundings, preselected: QuitChoice): Updated {
  const { snapshot, disconnected } = fleet;
  if (snapshot === null || disconnected !== null) return leave(state, "left-running");
  if (runningUnits(snapshot).length === 0) return leave(state, "nothing-ran");
  const selected = quitChoices.indexOf(preselected);
  return { state: { ...state, dialog: { kind: "quit", choices: quitChoices, selected } }, effects: [] };
}

/** Carries out a choice. */
export function quitBy(state: UiState, choice: QuitChoice): Updated {
  switch (choice) {
    case "stop-all":
      return { state: { ...state, dialog: { kind: "stopping", isKilled: false, revision: null } }, effects: [down] };
    case "leave-running":
      return leave(state, "left-running");
    case "cancel":
      return { state: { ...state, dialog: { kind: "none" } }, effects: [] };
  }
}

/** Kills all and takes the fleet down. */
export function quitByKill(state: UiState): Updated {
  const isAsked = state.dialog.kind === "stopping";
  const revision = state.dialog.kind === "stopping" ? state.dialog.revision : null;
  return {
    state: { ...state, dialog: { kind: "stopping", isKilled: true, revision } },
    effects: isAsked ? [killAll] : [killAll, down],
  };
}

const down: Effect = { kind: "send", command: { kind: "down" }, label: "down" };
const killAll: Effect = {
  kind: "send",
  command: { kind: "kill", select: { names: [], except: [] } },
  label: "kill all",
};

function leave(state: UiState, outcome: "left-running" | "nothing-ran"): Updated {
  return { state, effects: [{ kind: "leave", outcome }] };
}
