import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import { matchingServices } from "./grid-filter.ts";
import { sortServices, type UsageRanks } from "./grid-order.ts";
import type { GridState } from "./grid-state.ts";

/**
 * A row that can be selected: a service, a vendor (which has `vendor` set), or the header of a profile with the names of its services that
 * match the filter.
 */
export type GridRow =
  | { kind: "service"; service: ServiceSnapshot }
  | { kind: "group"; profile: string; services: readonly ServiceSnapshot[]; names: string[]; isFolded: boolean };

/** The profile whose header a service stands under: its first one, `""` where it is in none. */
export function profileOf(service: ServiceSnapshot): string {
  return service.profiles[0] ?? "";
}

/** What a header is called. */
export function profileLabel(profile: string): string {
  return profile === "" ? "other" : `@${profile}`;
}

/** True for the row of a backing service. */
export function isVendorRow(row: GridRow): boolean {
  return row.kind === "service" && row.service.vendor !== undefined;
}

/**
 * The rows that there are, in order: services, then vendors, which are in a pane of their own where there is room for one. `held` is the selected service or vendor: it keeps its row even when it no longer matches the filter, so that it
 * does not slip away under the hand because its state changed. What is folded is shown all the same while a filter is on.
 */
export function gridRows(
  all: readonly ServiceSnapshot[],
  grid: GridState,
  held: string | null,
  ranks: UsageRanks,
): GridRow[] {
  const matching = new Set(matchingServices(all, grid.filter));
  const sorted = sortServices(all, grid.sort, ranks).filter((s) => matching.has(s) || s.name === held);
  const rowsOf = (services: readonly ServiceSnapshot[]) =>
    services.map((service): GridRow => ({ kind: "service", service }));
  const vendors = rowsOf(sorted.filter((s) => s.vendor !== undefined));
  const shown = sorted.filter((s) => s.vendor === undefined);
  if (!grid.isGrouped) return [...rowsOf(shown), ...vendors];
  const groups = profiles(all).flatMap((profile): GridRow[] => {
    const own = shown.filter((s) => profileOf(s) === profile);
    if (own.length === 0) return [];
    const isFolded = grid.filter === "" && grid.folded.includes(profile);
    return [
      { kind: "group", profile, services: own, names: own.map((s) => s.name), isFolded },
      ...(isFolded ? [] : rowsOf(own)),
    ];
  });
  return [...groups, ...vendors];
}

/** The profiles that head a group, in the order of the config, those in none last. Vendors are in no group. */
export function profiles(all: readonly ServiceSnapshot[]): string[] {
  const named = new Set(all.filter((s) => s.vendor === undefined).map(profileOf));
  const hasOther = named.delete("");
  return hasOther ? [...named, ""] : [...named];
}

/** Where the selection stands among the rows, -1 where it has none. */
export function selectedRow(rows: readonly GridRow[], { header }: GridState, selected: string | null): number {
  return rows.findIndex((row) =>
    row.kind === "group" ? row.profile === header : header === null && row.service.name === selected,
  );
}
