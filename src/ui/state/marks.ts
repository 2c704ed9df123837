import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { type GridRow, profileOf } from "./grid-rows.ts";
import type { UiState } from "./ui-state.ts";

/** Names of the services that a verb is about: the marked ones, else those under the selected header, else the selected one. */
export function verbTargets({ grid, selected }: UiState, services: readonly ServiceSnapshot[]): string[] {
  if (grid.marked.length > 0) return services.filter((s) => grid.marked.includes(s.name)).map((s) => s.name);
  if (grid.header !== null) return services.filter((s) => profileOf(s) === grid.header).map((s) => s.name);
  return selected === null ? [] : [selected];
}

/** Marks all of these, or none of them any more where all are marked already. */
export function toggleMarks(marked: readonly string[], names: readonly string[]): readonly string[] {
  const isAll = names.every((name) => marked.includes(name));
  if (isAll) return marked.filter((name) => !names.includes(name));
  return [...marked, ...names.filter((name) => !marked.includes(name))];
}

/** Names of all services that have a row. */
export function shownNames(rows: readonly GridRow[]): string[] {
  return rows.flatMap((row) => (row.kind === "service" ? [row.service.name] : row.isFolded ? row.names : []));
}
