import type { HeldProcess, ProcessIdentity } from "./identity.ts";
import type { SpawnedProcess } from "./spawn-process.ts";

/** The first process of a unit: spawned by this daemon (`child`), or adopted alive (`held`), or neither where it is gone. */
export interface Leader {
  identity: ProcessIdentity;
  child: SpawnedProcess | null;
  held: HeldProcess | null;
}

/** True where it may live, and its pid is certainly its own: then it, and the group that it leads, may be signalled. */
export function isLeaderCertain({ child, held }: Leader): boolean {
  return child !== null ? child.isCertain : held?.isAlive() === true;
}
