import { holderTitle } from "./fork-server/holder-title.ts";
import { type ProcessIdentity, readBootId } from "./identity.ts";
import type { Markers } from "./markers.ts";
import { isGone, type ProcessInfo } from "./process-info.ts";
import { processWatch } from "./process-watch.ts";
import { readArguments } from "./read-command-line.ts";
import { system } from "./system/this-system.ts";

/** A process that leads a session of its own and carries the markers of a replica. */
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

/** Looks at all processes once, for what a daemon that was killed did not get to write down. */
export function findLeftProcesses(fleet: string): LeftProcesses {
  const runs = new Map<string, FoundRun>();
  const left: LeftProcesses = { runs: [], builds: [], isForking: false, isHolding: false };
  const { table, marks } = processWatch.look({ isWhole: true, since: performance.now() });
  for (const candidate of table) {
    if (candidate.pid === process.pid || candidate.ppid === process.pid || isGone(candidate)) continue;
    const { markers, daemonOf, buildOf } = marks.of(candidate);
    if (daemonOf === fleet) {
      const words = readArguments(candidate.pid);
      if (words[0]?.startsWith(holderTitle)) left.isHolding = true;
      else if (words.some((word) => /fork-server[\w-]*\.[jt]s$/.test(word))) left.isForking = true;
      continue;
    }
    if (buildOf === fleet && candidate.pgid === candidate.pid) left.builds.push(identityOf(candidate));
    if (markers?.fleet !== fleet || candidate.sid !== candidate.pid || candidate.pgid !== candidate.pid) continue;
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
