import type { Clock } from "../../lib/clock.ts";
import type { UnitId } from "../../model/ids.ts";
import type { InspectedProbe } from "../../model/inspection.ts";

export type ProbeRole = InspectedProbe["role"];

/** What a probe of one generation said last. */
export interface ProbeResult {
  /** The verdict; null before the first. */
  passing: boolean | null;
  /** Of the last answer, which may not have been enough to change the verdict. */
  detail: string;
  /** When that answer came, milliseconds since the epoch. */
  at: number;
}

/** Whose probe it is. */
interface Probed {
  unit: UnitId;
  generation: number;
}

/** Keeps the last result of every unit's probes, for whoever looks. */
export class ProbeBook {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { generation: number; result: ProbeResult }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One answer. */
  answered(of: Probed, role: ProbeRole, detail: string): void {
    this.decided(of, role, this.of(of, role)?.passing ?? null, detail);
  }

  /** What the answers so far amount to. */
  decided({ unit, generation }: Probed, role: ProbeRole, passing: boolean | null, detail: string): void {
    this.#entries.set(keyOf(unit, role), { generation, result: { passing, detail, at: this.#clock.now() } });
  }

  /** Null before the first answer of this generation. */
  of({ unit, generation }: Probed, role: ProbeRole): ProbeResult | null {
    const entry = this.#entries.get(keyOf(unit, role));
    return entry?.generation === generation ? entry.result : null;
  }

  /** The unit is gone for good. */
  forget(unit: UnitId): void {
    this.#entries.delete(keyOf(unit, "ready"));
    this.#entries.delete(keyOf(unit, "live"));
  }
}

function keyOf(unit: UnitId, role: ProbeRole): string {
  return `${unit} ${role}`;
}
