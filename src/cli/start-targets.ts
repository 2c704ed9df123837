import type { UnitId } from "../model/ids.ts";
import { parseUnitId } from "../model/ids.ts";
import { type FleetSnapshot, vendorsOf } from "../model/snapshot.ts";
import type { Target } from "./wait-for.ts";

/**
 * What a start waits for: all of its units ready, where an optional vendor that cannot be had is done with as well, unless it
 * was asked for by name.
 */
export function startTargets(units: readonly UnitId[], names: readonly string[], fleet: FleetSnapshot): Target[] {
  const optional = new Set(vendorsOf(fleet).flatMap(({ name, vendor }) => (vendor.isOptional ? [name] : [])));
  const asked = new Set(names.map((name) => parseUnitId(name).name));
  return units.map((unit) => {
    const { name } = parseUnitId(unit);
    const target = { kind: "unit", unit, goal: "ready", old: null } as const;
    return optional.has(name) && !asked.has(name) ? { ...target, mayBeUnavailable: true } : target;
  });
}
