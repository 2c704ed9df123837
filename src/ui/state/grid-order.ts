import type { ServiceSnapshot } from "../../model/service-snapshot.ts";
import type { GridSort } from "./grid-state.ts";
import { isAiling } from "./service-status.ts";

/** What a service is ranked by; averages that change seldom, so that rows do not change places every second. */
export interface UsageRank {
  cpu: number;
  memoryBytes: number;
}

/** By the service's name; what has no process is not in it. */
export type UsageRanks = ReadonlyMap<string, UsageRank>;

/** The services in the order asked for. Stable: what is equal stays in the order of the config. */
export function sortServices(
  services: readonly ServiceSnapshot[],
  sort: GridSort,
  ranks: UsageRanks,
): readonly ServiceSnapshot[] {
  switch (sort) {
    case "start":
      return services;
    case "failures":
      // Only what ails moves; all else keeps its place.
      return services.some(isAiling)
        ? [...services.filter(isAiling), ...services.filter((s) => !isAiling(s))]
        : services;
    case "name":
      return services.toSorted((a, b) => byName.compare(a.name, b.name));
    case "cpu":
      return services.toSorted((a, b) => (ranks.get(b.name)?.cpu ?? -1) - (ranks.get(a.name)?.cpu ?? -1));
    case "memory":
      return services.toSorted(
        (a, b) => (ranks.get(b.name)?.memoryBytes ?? -1) - (ranks.get(a.name)?.memoryBytes ?? -1),
      );
  }
}

/** `worker-2` before `worker-10`. */
const byName = new Intl.Collator("en", { numeric: true });
