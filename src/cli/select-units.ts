import type { Nameable, Selected } from "../engine/selection.ts";
import { resolveSelection } from "../engine/selection.ts";
import type { Selection } from "../model/command.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { abortOf } from "./reply-abort.ts";

/** What names can mean in a fleet, from its snapshot. */
export function nameableOf(snapshot: FleetSnapshot): Nameable {
  const profiles: Record<string, string[]> = {};
  for (const service of snapshot.services) {
    for (const profile of service.profiles) {
      profiles[profile] ??= [];
      profiles[profile].push(service.name);
    }
  }
  return { services: snapshot.services, profiles };
}

/** The units of a selection: those that are there, and those that the scale asks for. */
export function unitsOf(selected: Selected, snapshot: FleetSnapshot): UnitId[] {
  const whole = selected.services.flatMap((name) => {
    const service = snapshot.services.find((s) => s.name === name);
    if (service === undefined) return [];
    const count = Math.max(service.scale, ...service.replicas.map((r) => r.index));
    return Array.from({ length: count }, (_, i) => replicaId(name, i + 1));
  });
  return [...whole, ...selected.replicas.map((r) => replicaId(r.service, r.index))];
}

/** The units that names mean, nothing being all; throws an Abort where a name means nothing. */
export async function selectUnits(selection: Selection, snapshot: FleetSnapshot): Promise<UnitId[]> {
  const resolved = resolveSelection(
    selection,
    nameableOf(snapshot),
    snapshot.services.map((s) => s.name),
  );
  if (!resolved.ok) throw await abortOf(resolved.error, snapshot.root, false);
  return unitsOf(resolved.selected, snapshot);
}
