import { isAlive } from "../../../src/model/replica.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { describeResident, type Resident } from "../census.ts";
import { replicasOf, unitKey } from "./processes.ts";
import { type Violation, violations } from "./violation.ts";

/** A port that is listened on by a process of the fleet. */
export interface HeldPort {
  port: number;
  holder: Resident;
}

/** A port is held by a process of the living replica whose it is, and by nobody else of the fleet. */
export function checkPorts(held: readonly HeldPort[], snapshot: FleetSnapshot): Violation[] {
  const alive = replicasOf(snapshot).filter((r) => isAlive(r.state.phase));
  const wrong = held.flatMap(({ port, holder }) => {
    const owner = alive.find((r) => Object.values(r.ports).includes(port));
    const isOwners =
      owner !== undefined && (holder.unit === null ? holder.service === owner.service : holder.unit === unitKey(owner));
    return isOwners ? [] : [`port ${port} is held by ${describeResident(holder)}`];
  });
  return violations("no port held but by the replica whose it is", wrong);
}
