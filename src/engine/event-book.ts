import type { EngineEvent, StampedEvent } from "../model/event.ts";
import { parseUnitId, type UnitId } from "../model/ids.ts";

/** Of each unit, and of each service. */
const capacity = 50;

/** Keeps the newest events of every unit and service, for whoever asks how something came about. */
export class EventBook {
  readonly #units = new Map<UnitId, StampedEvent[]>();
  readonly #services = new Map<string, StampedEvent[]>();

  note(stamped: StampedEvent): void {
    const { event } = stamped;
    switch (event.kind) {
      case "replicaAdded":
      case "replicaChanged":
        keep(this.#units, event.replica.id, stamped);
        return;
      case "replicaExited":
        keep(this.#units, event.unit, stamped);
        return;
      case "replicaRemoved":
        this.#units.delete(event.unit);
        return;
      case "noticed":
        if (event.unit !== null) keep(this.#units, event.unit, stamped);
        return;
      case "wantedChanged":
      case "buildChanged":
        keep(this.#services, event.service, stamped);
        return;
      case "fleetLoaded":
        this.#forgetOthers(event);
        return;
      case "configRejected":
      case "hookOutput":
      case "hookFinished":
      case "commandFinished":
      case "fleetStopping":
        return;
    }
  }

  /** The newest of the unit, and of its service's builds and wishes; ascending, at most fifty. */
  of(unit: UnitId): StampedEvent[] {
    const own = this.#units.get(unit) ?? [];
    const shared = this.#services.get(parseUnitId(unit).name) ?? [];
    return [...own, ...shared].sort((a, b) => a.revision - b.revision).slice(-capacity);
  }

  #forgetOthers({ services }: Extract<EngineEvent, { kind: "fleetLoaded" }>): void {
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#services.keys()) if (!names.has(name)) this.#services.delete(name);
    for (const id of this.#units.keys()) if (!names.has(parseUnitId(id).name)) this.#units.delete(id);
  }
}

function keep<K>(book: Map<K, StampedEvent[]>, key: K, stamped: StampedEvent): void {
  const events = book.get(key);
  if (events === undefined) book.set(key, [stamped]);
  else if (events.push(stamped) > capacity) events.shift();
}
