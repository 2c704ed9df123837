import { holderTitle } from "./fork-server/holder-title.ts";
import { type ProcessIdentity, readBootId } from "./identity.ts";
import type { Markers } from "./markers.ts";
import { isGone, type ProcessInfo } from "./process-info.ts";
import { processWatch } from "./process-watch.ts";
import { readArguments } from "./read-command-line.ts";
import { system } from "./system/this-system.ts";

/** A process that leads a session of its own and carries the markers of a replica, or writes to its log. */
export interface FoundRun {
  markers: Markers;
  identity: ProcessIdentity;
}

/** What earlier daemons of a fleet have left. */
export interface LeftProcesses {
  /** Of each replica the newest generation that lives. */
  runs: FoundRun[];
  /** Build tools that nobody waits for any more, each the leader of its group. */
  builds: ProcessIdentity[];
  /** A fork server of an earlier daemon has not noticed yet that it is gone. */
  isForking: boolean;
  /** Another one only waits for oneshots to end. */
  isHolding: boolean;
}

/** Whose run writes to this file; null where it is no log of the fleet. */
export type WriterOf = (file: string) => Omit<Markers, "fleet"> | null;

/** Looks at all processes once, for what a daemon that was killed did not get to write down. */
export function findLeftProcesses(fleet: string, writerOf: WriterOf): LeftProcesses {
  const runs = new Map<string, FoundRun>();
  const left: LeftProcesses = { runs: [], builds: [], isForking: false, isHolding: false };
  const { table, marks } = processWatch.look({ isWhole: true, since: performance.now() });
  for (const candidate of table) {
    if (candidate.pid === process.pid || isGone(candidate)) continue;
    const { markers: carried, daemonOf, buildOf } = marks.of(candidate);
    if (daemonOf === fleet) {
      const words = readArguments(candidate.pid);
      if (words[0]?.startsWith(holderTitle)) left.isHolding = true;
      else if (words.some((word) => /fork-server[\w-]*\.[jt]s$/.test(word))) left.isForking = true;
      continue;
    }
    if (buildOf === fleet && candidate.pgid === candidate.pid) left.builds.push(identityOf(candidate));
    if (candidate.sid !== candidate.pid || candidate.pgid !== candidate.pid) continue;
    // A program may have taken its markers off.
    const markers = carried ?? (buildOf === null ? markersOfWriter(fleet, candidate.pid, writerOf) : null);
    if (markers?.fleet !== fleet) continue;
    const unit = `${markers.service}#${markers.replica}`;
    const known = runs.get(unit);
    const isNewer = known === undefined || markers.generation > known.markers.generation;
    // What a leader has sent into a session of its own is younger than the leader.
    const isElder =
      known?.markers.generation === markers.generation && candidate.startTicks < known.identity.startTicks;
    if (isNewer || isElder) runs.set(unit, { markers, identity: identityOf(candidate) });
  }
  left.runs = [...runs.values()];
  return left;
}

function markersOfWriter(fleet: string, pid: number, writerOf: WriterOf): Markers | null {
  // Where that is told for many at once, asking for each takes too long.
  const output = system.prefetch === null ? system.readPath(pid, "stdout") : null;
  const writer = output === null ? null : writerOf(output);
  return writer === null ? null : { fleet, ...writer };
}

function identityOf({ pid, startTicks, pgid, sid }: ProcessInfo): ProcessIdentity {
  return { pid, startTicks, pgid, sid, bootId: readBootId() };
}

/** The ports that a process was told when it was started, by variable: `PORT`, `PORT_GRPC`. */
export function readPortVariables(pid: number): Record<string, number> {
  const ports: Record<string, number> = {};
  const environment = system.readEnvironment(pid) ?? "";
  for (const [, name = "", value] of environment.matchAll(/(?:^|\0)(PORT(?:_\w+)?)=(\d{1,5})(?=\0)/g)) {
    ports[name] = Number(value);
  }
  return ports;
}
