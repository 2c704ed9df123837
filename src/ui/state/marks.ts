import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { counted } from "../text/amount.ts";
import { type GridRow, isVendorRow, profileOf } from "./grid-rows.ts";
import type { UiState } from "./ui-state.ts";

/** Names of the services that a verb is about: the marked ones, else those under the selected header, else the selected one. */
export function verbTargets({ grid, selected }: UiState, services: readonly ServiceSnapshot[]): string[] {
  if (grid.marked.length > 0) return services.filter((s) => grid.marked.includes(s.name)).map((s) => s.name);
  if (grid.header !== null) {
    return services.filter((s) => s.vendor === undefined && profileOf(s) === grid.header).map((s) => s.name);
  }
  return selected === null ? [] : [selected];
}

/** What these are, as in a question: `3 services`, `1 vendor`, `2 services and 1 vendor`. */
export function countedUnits(names: readonly string[], services: readonly ServiceSnapshot[]): string {
  const vendors = services.filter((s) => s.vendor !== undefined && names.includes(s.name)).length;
  const others = names.length - vendors;
  if (vendors === 0) return counted(others, "service");
  return others === 0 ? counted(vendors, "vendor") : `${counted(others, "service")} and ${counted(vendors, "vendor")}`;
}

/** Marks all of these, or none of them any more where all are marked already. */
export function toggleMarks(marked: readonly string[], names: readonly string[]): readonly string[] {
  const isAll = names.every((name) => marked.includes(name));
  if (isAll) return marked.filter((name) => !names.includes(name));
  return [...marked, ...names.filter((name) => !marked.includes(name))];
}

/** Names of all services that have a row, or of all vendors. */
export function shownNames(rows: readonly GridRow[], ofVendors: boolean): string[] {
  return rows
    .filter((row) => isVendorRow(row) === ofVendors)
    .flatMap((row) => (row.kind === "service" ? [row.service.name] : row.isFolded ? row.names : []));
}
