import type { UnitId } from "../../model/ids.ts";
import type { UnitUsage } from "../../model/usage.ts";

/** A unit whose engine tells what it takes, for as long as somebody looks. */
export interface ToldUnit {
  id: UnitId;
  generation: number;
  watch: (listener: (usage: UnitUsage) => void) => () => void;
}

interface Told {
  generation: number;
  usage: UnitUsage | null;
  stop: () => void;
}

/** Keeps the newest that engines have told of the units that they run. Listens only between the first look and `close`. */
export class ToldUsage {
  readonly #units: () => Iterable<ToldUnit>;
  readonly #told = new Map<UnitId, Told>();

  constructor(units: () => Iterable<ToldUnit>) {
    this.#units = units;
  }

  /** What is known now, by unit; begins to listen to those that are new. */
  latest(): Record<UnitId, UnitUsage> {
    const units = [...this.#units()];
    const ids = new Set(units.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#forget(id);
    const latest: Record<UnitId, UnitUsage> = {};
    for (const unit of units) {
      const usage = this.#toldOf(unit).usage;
      if (usage !== null) latest[unit.id] = usage;
    }
    return latest;
  }

  close(): void {
    for (const id of [...this.#told.keys()]) this.#forget(id);
  }

  #toldOf({ id, generation, watch }: ToldUnit): Told {
    const known = this.#told.get(id);
    if (known?.generation === generation) return known;
    this.#forget(id);
    const told: Told = { generation, usage: null, stop: () => {} };
    this.#told.set(id, told);
    told.stop = watch((usage) => {
      told.usage = usage;
    });
    return told;
  }

  #forget(id: UnitId): void {
    this.#told.get(id)?.stop();
    this.#told.delete(id);
  }
}
