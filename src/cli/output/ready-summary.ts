import { formatDuration } from "../../lib/format-duration.ts";
import { parseUnitId, type UnitId } from "../../model/ids.ts";
import { type FleetSnapshot, vendorsOf } from "../../model/snapshot.ts";
import { listUnits } from "./list-units.ts";

/**
 * The last line of a start that went well: `ready after 0.2s: carts; without redis, which is optional`.
 *
 * @param fleet as it is now; an optional vendor that is not ready in it is not said to be
 */
export function readySummary(units: readonly UnitId[], tookMs: number, fleet: FleetSnapshot): string {
  const absent = new Set(
    vendorsOf(fleet).flatMap(({ name, vendor, replicas }) =>
      vendor.isOptional && replicas.every(({ state }) => state.phase !== "ready") ? [name] : [],
    ),
  );
  const isAbsent = (unit: UnitId): boolean => absent.has(parseUnitId(unit).name);
  const missing = units.filter(isAbsent);
  const ready = units.filter((unit) => !isAbsent(unit));
  const there = `ready after ${formatDuration(tookMs)}${ready.length === 0 ? "" : `: ${listUnits(ready)}`}`;
  if (missing.length === 0) return there;
  return `${there}; without ${listUnits(missing)}, which ${missing.length === 1 ? "is" : "are"} optional`;
}
