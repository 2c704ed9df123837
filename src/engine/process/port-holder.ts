import { shellQuote } from "../../lib/shell-quote.ts";
import type { PortHolder } from "../../model/failure.ts";
import { timeOfTicks } from "./boot-ticks.ts";
import { readProcLink } from "./identity.ts";
import { readMarkers, readMarks } from "./markers.ts";
import { listenerOwners } from "./port-owners.ts";
import { type PortTable, readListeners } from "./port-table.ts";
import type { ProcessInfo } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";
import { processWatch } from "./process-watch.ts";
import { readArguments, readCommandLine } from "./read-command-line.ts";

/** True where somebody listens on the port, on any address. */
export function isPortTaken(port: number): boolean {
  return readListeners().has(port);
}

/**
 * Who listens on the port, as seen from fleet `fleetId`; null where nobody does, or where it is another user's process
 * that we may not look into. Costs tens of milliseconds on a busy machine.
 */
export function findPortHolder(
  port: number,
  fleetId: string,
  listeners: PortTable = readListeners(),
): PortHolder | null {
  const inodes = listeners.get(port);
  if (inodes === undefined) return null;
  const { table } = processWatch.look();
  const owners = listenerOwners(table, inodes);
  // Where workers share the socket of the process that made it, that one is meant.
  const pids = new Set(owners.map((owner) => owner.pid));
  const first = owners.filter((owner) => !pids.has(owner.ppid)).sort((a, b) => a.startTicks - b.startTicks)[0];
  return first === undefined ? null : describeHolder(first, fleetId, table);
}

function describeHolder(process: ProcessInfo, fleetId: string, table: ProcessTable): PortHolder {
  const holder = {
    pid: process.pid,
    command: readCommandLine(process),
    cwd: readProcLink(process.pid, "cwd"),
    startedAt: timeOfTicks(process.startTicks),
  };
  const markers = readMarkers(process.pid);
  if (markers === null) return { ...holder, unit: null };
  const unit = `${markers.service}#${markers.replica}`;
  if (markers.fleet === fleetId) return { ...holder, unit, stopWith: `orchestra stop ${unit}` };
  const root = rootOfFleet(markers.fleet, table);
  if (root === null) return { ...holder, unit: `${unit} of another fleet` };
  return {
    ...holder,
    unit: `${unit} of the fleet in ${root}`,
    stopWith: `(cd ${wordOf(root)} && orchestra stop ${unit})`,
  };
}

/** Where the fleet of this id is, by what its daemon was started with; null where none runs. */
function rootOfFleet(fleet: string, table: ProcessTable): string | null {
  for (const { pid } of table) {
    if (readMarks(pid)?.daemonOf !== fleet) continue;
    const words = readArguments(pid);
    const at = words.indexOf("--root");
    if (at >= 0) return words[at + 1] ?? null;
  }
  return null;
}

/** Quoted only where it must be, since a person reads it. */
function wordOf(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : shellQuote(path);
}
