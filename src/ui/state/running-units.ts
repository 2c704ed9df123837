import { isAlive, type UnitState } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";

/** A unit that has a process, or will have one without anybody asking. */
export interface RunningUnit {
  id: string;
  state: UnitState;
  /** When the phase began, milliseconds since the epoch. */
  since: number;
}

/** What still runs: quitting asks about these, and stopping is over when there are none. */
export function runningUnits(snapshot: FleetSnapshot): RunningUnit[] {
  const units = [...snapshot.services.flatMap((s) => s.replicas), ...snapshot.vendors];
  return units
    .filter(({ state: { phase } }) => isAlive(phase) || phase === "backoff" || phase === "waiting")
    .map(({ id, state, since }) => ({ id, state, since }));
}
