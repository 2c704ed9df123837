import { searchEnded } from "./on-log-search.ts";
import { selectionLeft } from "./on-log-select.ts";
import type { Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** What esc ends in the log, the newest first: a selection, then the search. Null where there is nothing. */
export function logBack(state: UiState): Updated | null {
  if (state.logs.selection !== null) return selectionLeft(state);
  if (state.logs.search === null || (state.focus === "services" && state.grid.filter !== "")) return null;
  return searchEnded(state);
}
