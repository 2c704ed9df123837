import type { Clock } from "../../lib/clock.ts";
import { parseUnitId, type UnitId } from "../../model/ids.ts";

/** Whoever looks at a service reads its log; a while after the last time nobody does any more. */
const lastsMs = 60_000;

/** Which services somebody is looking at, by whose log is read. They are built first. */
export class Attention {
  readonly #clock: Clock;
  readonly #lookedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody reads the log of these; all logs at once say nothing. */
  note(units: readonly string[]): void {
    if (units.length === 0 || units.length > 4) return;
    for (const unit of units) this.#lookedAt.set(parseUnitId(unit as UnitId).name, this.#clock.now());
  }

  /** 1 where somebody looks, else 0. */
  of(service: string): number {
    return this.#clock.now() - (this.#lookedAt.get(service) ?? Number.NEGATIVE_INFINITY) < lastsMs ? 1 : 0;
  }
}
