import { gridRows, isVendorRow, profiles } from "./grid-rows.ts";
import { currentRow, selectRow, settleGrid, shownRows } from "./grid-selection.ts";
import { type GridState, gridSorts } from "./grid-state.ts";
import { shownNames, toggleMarks } from "./marks.ts";
import { typedFor } from "./prompt.ts";
import type { Surroundings } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

type GridKey =
  | "select-down"
  | "select-up"
  | "select-first"
  | "select-last"
  | "mark"
  | "mark-all"
  | "sort"
  | "group"
  | "fold"
  | "unfold"
  | "usage";

/** Keys of the grid: its selection, its marks, and how its rows are ordered. */
export function onGridKey(state: UiState, key: GridKey, around: Surroundings): UiState {
  const { grid } = state;
  switch (key) {
    case "select-down":
      return selectRow(state, around, currentRow(state, around) + 1);
    case "select-up":
      return selectRow(state, around, currentRow(state, around) - 1);
    case "select-first":
      return selectRow(state, around, 0);
    case "select-last":
      return selectRow(state, around, Number.MAX_SAFE_INTEGER);
    case "mark":
      return marked(state, around);
    case "mark-all":
      return allMarked(state, around);
    case "sort":
      return withGrid(state, { sort: nextSort(grid) }, around);
    case "group":
      return withGrid(state, { isGrouped: !grid.isGrouped, header: null }, around);
    case "fold":
      return folded(state, true, around);
    case "unfold":
      return folded(state, false, around);
    case "usage":
      return withGrid(state, usageToggled(grid), around);
  }
}

/** Enter on a header: opens or closes it. */
export function headerToggled(state: UiState, around: Surroundings): UiState {
  const { folded: closed, header } = state.grid;
  return header === null ? state : folded(state, !closed.includes(header), around);
}

/** The grid shows what matches the text, from the first letter on; what is selected moves only when it does not match. */
export function filterTyped(state: UiState, around: Surroundings): UiState {
  const filter = typedFor(state.prompt, "services-filter");
  return filter === null || filter === state.grid.filter ? state : filtered(state, filter, around);
}

/** One step back from what was done to the grid: the filter, then the marks. Null where there is nothing to take back. */
export function gridBack(state: UiState, around: Surroundings): UiState | null {
  if (state.grid.filter !== "") return filterCleared(state, around);
  return state.grid.marked.length === 0 ? null : withGrid(state, { marked: [] }, around);
}

/** All rows again, with the same one selected. */
export function filterCleared(state: UiState, around: Surroundings): UiState {
  return state.grid.filter === "" ? state : withGrid(state, { filter: "" }, around);
}

function filtered(state: UiState, filter: string, around: Surroundings): UiState {
  const grid = { ...state.grid, filter };
  const next = { ...state, grid };
  const matching = gridRows(around.fleet.snapshot?.services ?? [], grid, null, around.ranks);
  const isThere = matching.some((row) => row.kind === "service" && row.service.name === state.selected);
  const first = matching.find((row) => row.kind === "service");
  if (first?.kind !== "service" || (isThere && grid.header === null)) return settleGrid(next, around);
  if (isThere) return settleGrid({ ...next, grid: { ...grid, header: null } }, around);
  const logs = { ...state.logs, scroll: { kind: "follow" } as const };
  const moved = { ...next, selected: first.service.name, grid: { ...grid, header: null } };
  return settleGrid(state.logs.tab.kind === "all" ? moved : { ...moved, logs }, around);
}

/** Marks what is selected, and goes on to the next row, so that a key held down marks a run of them. */
function marked(state: UiState, around: Surroundings): UiState {
  const rows = shownRows(state, around);
  const row = rows[currentRow(state, around)];
  if (row === undefined) return state;
  const names = row.kind === "group" ? row.names : [row.service.name];
  const next = withGrid(state, { marked: toggleMarks(state.grid.marked, names) }, around);
  return selectRow(next, around, currentRow(next, around) + 1);
}

/** All of the kind that is selected: who marks all services has not thought of the databases. */
function allMarked(state: UiState, around: Surroundings): UiState {
  const rows = shownRows(state, around);
  const row = rows[currentRow(state, around)];
  const names = shownNames(rows, row !== undefined && isVendorRow(row));
  return withGrid(state, { marked: toggleMarks(state.grid.marked, names) }, around);
}

/** Without figures there is nothing to sort by them. */
function nextSort({ sort, hasUsage }: GridState): GridState["sort"] {
  const sorts = gridSorts.filter((s) => hasUsage || (s !== "cpu" && s !== "memory"));
  return sorts[(sorts.indexOf(sort) + 1) % sorts.length] ?? "failures";
}

function usageToggled({ sort, hasUsage }: GridState): Partial<GridState> {
  const isSortedByUsage = sort === "cpu" || sort === "memory";
  return { hasUsage: !hasUsage, sort: hasUsage && isSortedByUsage ? "failures" : sort };
}

/** Folding a service's profile selects its header; unfolding a header leaves it selected. */
function folded(state: UiState, isFolded: boolean, around: Surroundings): UiState {
  const { grid } = state;
  const row = shownRows(state, around)[currentRow(state, around)];
  if (!grid.isGrouped || row === undefined || isVendorRow(row)) return state;
  const profile = row.kind === "group" ? row.profile : (row.service.profiles[0] ?? "");
  const known = profiles(around.fleet.snapshot?.services ?? []);
  const others = grid.folded.filter((p) => p !== profile && known.includes(p));
  return withGrid(state, { folded: isFolded ? [...others, profile] : others }, around);
}

function withGrid(state: UiState, change: Partial<GridState>, around: Surroundings): UiState {
  return settleGrid({ ...state, grid: { ...state.grid, ...change } }, around);
}
