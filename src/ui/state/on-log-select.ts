import { hold, reveal, visibleParts } from "../widgets/scroll-view/scroll.ts";
import { extended, selectedRange } from "./log-selection.ts";
import { shownLog } from "./shown-log.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** `v`: selects the line at the bottom of the view, from where it can be extended; once more leaves the selection. */
export function toggleSelection(state: UiState, around: Surroundings): Updated {
  const { items, height } = around.log;
  const tab = shownLog(state, around.fleet.snapshot).key;
  if (selectedRange(state.logs.selection, tab) !== null) return selectionLeft(state);
  const bottom = visibleParts(items, state.logs.scroll, height).at(-1)?.seq;
  if (bottom === undefined) return { state, effects: [] };
  const scroll = state.logs.scroll.kind === "follow" ? hold(items, height) : state.logs.scroll;
  const selection = { tab, anchor: bottom, head: bottom };
  return { state: { ...state, focus: "logs", logs: { ...state.logs, scroll, selection } }, effects: [] };
}

/** Moves the end of the selection by so many lines, and the view with it; null where nothing is selected in this tab. */
export function selectionMoved(state: UiState, lines: number, around: Surroundings): Updated | null {
  const { items, height } = around.log;
  const { selection, scroll } = state.logs;
  const tab = shownLog(state, around.fleet.snapshot).key;
  if (selection === null || selectedRange(selection, tab) === null) return null;
  const next = extended(selection, lines, items.first, items.last);
  return {
    state: {
      ...state,
      logs: { ...state.logs, selection: next, scroll: reveal(items, scroll, height, next.head, "nearest") },
    },
    effects: lines < 0 && next.head - items.first < 2 * height ? [{ kind: "readOlderLogs" }] : [],
  };
}

/** `c`: copies the selected lines and leaves the selection, else those that are shown. */
export function copyLines(state: UiState, around: Surroundings): Updated {
  const { items, height } = around.log;
  const range = selectedRange(state.logs.selection, shownLog(state, around.fleet.snapshot).key);
  if (range !== null) return { ...selectionLeft(state), effects: [{ kind: "copyLines", ...range }] };
  const shown = visibleParts(items, state.logs.scroll, height);
  const from = shown[0]?.seq;
  const to = shown.at(-1)?.seq;
  if (from === undefined || to === undefined) return { state, effects: [] };
  return { state, effects: [{ kind: "copyLines", from, to }] };
}

/** As if nothing had been selected. */
export function selectionLeft(state: UiState): Updated {
  return { state: { ...state, logs: { ...state.logs, selection: null } }, effects: [] };
}
