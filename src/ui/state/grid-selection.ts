import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { type GridRow, gridRows, profileOf, selectedRow } from "./grid-rows.ts";
import type { Surroundings } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** The rows as the user sees them. */
export function shownRows({ grid, selected }: UiState, { fleet, ranks }: Surroundings): GridRow[] {
  return gridRows(fleet.snapshot?.services ?? [], grid, grid.header === null ? selected : null, ranks);
}

/** Where the selection is now; rows may have changed places since it was made. */
export function currentRow(state: UiState, around: Surroundings): number {
  const index = selectedRow(shownRows(state, around), state.grid, state.selected);
  return index === -1 ? state.selectedIndex : index;
}

/** Selects row `to`, or the nearest there is. */
export function selectRow(state: UiState, around: Surroundings, to: number): UiState {
  const rows = shownRows(state, around);
  const index = Math.max(0, Math.min(to, rows.length - 1));
  const row = rows[index];
  if (row === undefined) return state;
  if (row.kind === "group") return { ...state, selectedIndex: index, grid: { ...state.grid, header: row.profile } };
  return selectService({ ...state, selectedIndex: index }, row.service.name);
}

/** Selects a service, and moves the log to it: the first move leaves "All" unless a tab was chosen. */
function selectService(state: UiState, name: string): UiState {
  const grid = state.grid.header === null ? state.grid : { ...state.grid, header: null };
  if (name === state.selected) return { ...state, grid };
  const { logs } = state;
  const isKept = logs.isTabChosen && (logs.tab.kind === "all" || logs.tab.kind === "pin");
  const tab = isKept ? logs.tab : ({ kind: "service" } as const);
  const scroll = isKept ? logs.scroll : ({ kind: "follow" } as const);
  return { ...state, grid, selected: name, logs: { ...logs, tab, scroll } };
}

/**
 * The same service (or header) stays selected; where it is gone, the row that took its place; where its profile is folded, the header. Marks
 * of services that are gone are dropped. The same state where nothing has to change.
 */
export function settleGrid(state: UiState, around: Surroundings): UiState {
  const services = around.fleet.snapshot?.services ?? [];
  const marked = withoutMissingMarks(state, services);
  const rows = shownRows(marked, around);
  const index = selectedRow(rows, marked.grid, marked.selected);
  if (index !== -1) return index === marked.selectedIndex ? marked : { ...marked, selectedIndex: index };
  const folded = foldedHeader(marked, services, rows);
  if (folded !== -1) return selectRow(marked, around, folded);
  const nearest = rows[Math.max(0, Math.min(marked.selectedIndex, rows.length - 1))];
  if (nearest === undefined) {
    const isKnown = services.some((s) => s.name === marked.selected);
    return isKnown || (marked.selected === null && marked.grid.header === null)
      ? marked
      : { ...marked, selected: null, selectedIndex: 0, grid: { ...marked.grid, header: null } };
  }
  const name = nearest.kind === "service" ? nearest.service.name : (nearest.names[0] ?? null);
  const header = nearest.kind === "group" ? nearest.profile : null;
  const isSame = name === marked.selected;
  return {
    ...marked,
    selected: name,
    selectedIndex: rows.indexOf(nearest),
    grid: { ...marked.grid, header },
    logs: isSame ? marked.logs : { ...marked.logs, scroll: { kind: "follow" } },
  };
}

function withoutMissingMarks(state: UiState, services: readonly ServiceSnapshot[]): UiState {
  const marked = state.grid.marked.filter((name) => services.some((s) => s.name === name));
  return marked.length === state.grid.marked.length ? state : { ...state, grid: { ...state.grid, marked } };
}

function foldedHeader(state: UiState, services: readonly ServiceSnapshot[], rows: readonly GridRow[]): number {
  const service = services.find((s) => s.name === state.selected);
  if (service === undefined || service.vendor !== undefined || state.grid.header !== null) return -1;
  return rows.findIndex((row) => row.kind === "group" && row.profile === profileOf(service));
}
