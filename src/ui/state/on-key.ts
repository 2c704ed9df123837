import type { BindingId } from "../keys/bindings.ts";
import { defaultKeys } from "../keys/rebind.ts";
import { answer, otherAnswer } from "./confirm.ts";
import { filterCleared, gridBack, headerToggled, onGridKey } from "./grid-key.ts";
import { logBack } from "./log-back.ts";
import { onDetailsKey, openDetails } from "./on-details.ts";
import { onDialogKey } from "./on-dialog-key.ts";
import { onLogKey } from "./on-log-key.ts";
import { paletteMoved, paletteTaken } from "./on-palette.ts";
import { promptCancelled, promptTaken } from "./on-prompt.ts";
import { onRerun } from "./on-rerun.ts";
import { onStraysKey, openStrays } from "./on-strays.ts";
import { onVerb } from "./on-verb.ts";
import { openPalette } from "./palette.ts";
import { promptFor } from "./prompt.ts";
import { askToQuit } from "./quit.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { PaneId, UiState } from "./ui-state.ts";

const panes: PaneId[] = ["services", "logs"];

/** What one key does. */
export function onKey(state: UiState, id: BindingId, around: Surroundings): Updated {
  const only = (next: UiState): Updated => ({ state: next, effects: [] });
  switch (id) {
    case "start":
    case "stop":
    case "kill":
    case "restart":
    case "rebuild":
    case "pause":
    case "scale-up":
    case "scale-down":
      return onVerb(state, id, around);

    case "rerun-toggle":
    case "rerun-toggle-all":
    case "rerun-now":
    case "go-back":
      return onRerun(state, id, around);

    case "select-down":
    case "select-up":
    case "select-first":
    case "select-last":
    case "mark":
    case "mark-all":
    case "sort":
    case "group":
    case "fold":
    case "unfold":
    case "usage":
      return only(onGridKey(state, id, around));
    case "filter-services":
      return only(filterAsked(state));

    case "line-down":
    case "line-up":
    case "logs-first":
    case "logs-last":
    case "tab-left":
    case "tab-right":
    case "page-up":
    case "page-down":
    case "half-page-up":
    case "half-page-down":
    case "follow":
    case "wrap":
    case "times":
    case "search":
    case "match-next":
    case "match-previous":
    case "filter":
    case "select-lines":
    case "copy":
    case "open-log":
    case "pin":
      return onLogKey(state, id, around);

    case "next-pane":
      return only({ ...state, focus: neighbour(state.focus, 1) });
    case "previous-pane":
      return only({ ...state, focus: neighbour(state.focus, -1) });
    case "zoom":
      return only({ ...state, isZoomed: !state.isZoomed });
    case "back":
      return logBack(state) ?? only(back(state, around));
    case "help":
      return only({ ...state, dialog: { kind: "help", top: 0 } });
    case "quit":
      return askToQuit(state, around, around.startedFleet ? "stop-all" : "leave-running");
    case "interrupt":
    case "help-interrupt":
    case "confirm-interrupt":
      return askToQuit(state, around, "stop-all");

    case "confirm-other":
      return only(otherAnswer(state));
    case "confirm-yes":
      return answer(state, true);
    case "confirm-no":
      return answer(state, false);
    case "confirm-take":
      return answer(state, state.dialog.kind === "confirm" && state.dialog.selected === 0);

    case "input-take":
      return promptTaken(state, around);
    case "input-cancel":
      return only(cancelled(state, around));

    case "details":
      // On the header of a profile, the key opens and closes that.
      return only(state.grid.header === null ? openDetails(state, around) : headerToggled(state, around));
    case "details-down":
    case "details-up":
    case "details-page-down":
    case "details-page-up":
    case "details-first":
    case "details-last":
    case "details-previous":
    case "details-next":
    case "details-secret":
    case "details-reveal":
    case "details-close":
      return onDetailsKey(state, id, around);

    case "strays":
      return openStrays(state, around);
    case "strays-down":
    case "strays-up":
    case "strays-first":
    case "strays-last":
    case "strays-page-down":
    case "strays-page-up":
    case "strays-adopt":
    case "strays-stop":
    case "strays-ignore":
    case "strays-look":
    case "strays-close":
      return onStraysKey(state, id, around);

    // The dashboard is not open then.
    case "first-create":
    case "first-replace":
    case "first-retry":
    case "first-down":
    case "first-up":
    case "first-quit":
      return only(state);

    case "start-daemon":
      return { state, effects: around.fleet.disconnected === null ? [] : [{ kind: "startDaemon" }] };

    case "palette":
      return only({ ...state, dialog: openPalette });
    case "palette-next":
    case "palette-previous":
      return only(paletteMoved(state, id === "palette-next" ? 1 : -1, around.keys ?? defaultKeys));
    case "palette-close":
      return only({ ...state, dialog: { kind: "none" } });
    case "palette-take": {
      const taken = paletteTaken(state, around.keys ?? defaultKeys);
      return taken.id === null ? only(state) : onKey(taken.state, taken.id, around);
    }

    case "help-down":
    case "help-up":
    case "help-close":
    case "choice-next":
    case "choice-previous":
    case "choice-take":
    case "choice-cancel":
    case "choice-kill":
    case "kill-all":
    case "leave-stopping":
      return onDialogKey(state, id, around);
  }
}

function neighbour(pane: PaneId, step: number): PaneId {
  const index = (panes.indexOf(pane) + step + panes.length) % panes.length;
  return panes[index] ?? "services";
}

/** Asks for the filter of the grid, which may be behind another pane where a command was chosen by its name. */
function filterAsked(state: UiState): UiState {
  const isZoomed = state.isZoomed && state.focus === "services";
  return { ...state, focus: "services", isZoomed, prompt: promptFor("services-filter", state.grid.filter) };
}

/** Leaving the filter of the grid shows all rows again. */
function cancelled(state: UiState, around: Surroundings): UiState {
  const isFilter = state.prompt?.for === "services-filter";
  const { state: closed } = promptCancelled(state);
  return isFilter ? filterCleared(closed, around) : closed;
}

/** One step back: the message, then the filter and the marks of the grid, then the zoom, then the mistakes in the settings. */
function back(state: UiState, around: Surroundings): UiState {
  if (state.message !== null) return { ...state, message: null };
  const grid = state.focus === "services" ? gridBack(state, around) : null;
  return grid ?? (state.isZoomed ? { ...state, isZoomed: false } : { ...state, mistakes: [] });
}
