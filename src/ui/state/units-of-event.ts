import type { EngineEvent } from "../../model/event.ts";
import type { UnitId } from "../../model/ids.ts";

/** The units that an event is about, as far as it is about single ones. */
export function unitsOfEvent(event: EngineEvent): UnitId[] {
  switch (event.kind) {
    case "replicaAdded":
    case "replicaChanged":
      return [event.replica.id];
    case "replicaRemoved":
    case "replicaExited":
      return [event.unit];
    case "noticed":
      return event.unit === null ? [] : [event.unit];
    default:
      return [];
  }
}
