import { isAlive, shownName, type UnitState } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";

/** A unit that has a process, or will have one without anybody asking. */
export interface RunningUnit {
  id: string;
  state: UnitState;
  /** When the phase began, milliseconds since the epoch. */
  since: number;
}

/** What still has to end when all is stopped: not the vendors that are kept. Stopping is over when there are none. */
export function unitsToStop(snapshot: FleetSnapshot): RunningUnit[] {
  return runningUnits({ services: snapshot.services.filter((s) => s.vendor?.isKept !== true) });
}

/** What still runs: quitting asks about these. */
export function runningUnits(snapshot: Pick<FleetSnapshot, "services">): RunningUnit[] {
  return snapshot.services
    .flatMap((s) => s.replicas)
    .filter(({ state: { phase } }) => isAlive(phase) || phase === "backoff" || phase === "waiting")
    .map((replica) => ({ id: shownName(replica), state: replica.state, since: replica.since }));
}
