import type { BindingId } from "../keys/bindings.ts";
import { onDialogKey } from "./on-dialog-key.ts";
import { onLogKey } from "./on-log-key.ts";
import { onVerb } from "./on-verb.ts";
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
    case "scale-up":
    case "scale-down":
      return onVerb(state, id);

    case "select-down":
      return only(select(state, around, state.selectedIndex + 1));
    case "select-up":
      return only(select(state, around, state.selectedIndex - 1));
    case "select-first":
      return only(select(state, around, 0));
    case "select-last":
      return only(select(state, around, Number.MAX_SAFE_INTEGER));

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
      return onLogKey(state, id, around);

    case "next-pane":
      return only({ ...state, focus: neighbour(state.focus, 1) });
    case "previous-pane":
      return only({ ...state, focus: neighbour(state.focus, -1) });
    case "zoom":
      return only({ ...state, isZoomed: !state.isZoomed });
    case "back":
      return only(state.message === null ? { ...state, isZoomed: false } : { ...state, message: null });
    case "help":
      return only({ ...state, dialog: { kind: "help", top: 0 } });
    case "quit":
      return askToQuit(state, around, around.startedFleet ? "stop-all" : "leave-running");
    case "interrupt":
    case "help-interrupt":
      return askToQuit(state, around, "stop-all");

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

/** Moves the selection, and the log to it: the first move leaves "All" unless a tab was chosen. */
function select(state: UiState, { fleet }: Surroundings, to: number): UiState {
  const services = fleet.snapshot?.services ?? [];
  const index = Math.max(0, Math.min(to, services.length - 1));
  const selected = services[index]?.name ?? null;
  if (selected === state.selected) return state;
  const { logs } = state;
  const tab = logs.isTabChosen && logs.tab.kind === "all" ? logs.tab : ({ kind: "service" } as const);
  const scroll = tab.kind === "all" ? logs.scroll : ({ kind: "follow" } as const);
  return { ...state, selected, selectedIndex: index, logs: { ...logs, tab, scroll } };
}
