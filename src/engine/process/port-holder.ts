import type { PortHolder } from "../../model/failure.ts";
import { timeOfTicks } from "./boot-ticks.ts";
import { readProcLink } from "./identity.ts";
import { readMarkers } from "./markers.ts";
import { listenerOwners } from "./port-owners.ts";
import { type PortTable, readListeners } from "./port-table.ts";
import type { ProcessInfo } from "./process-info.ts";
import { readProcessTable } from "./process-table.ts";
import { readCommandLine } from "./read-command-line.ts";

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
  const owners = listenerOwners(readProcessTable(), inodes);
  // Where workers share the socket of the process that made it, that one is meant.
  const pids = new Set(owners.map((owner) => owner.pid));
  const first = owners.filter((owner) => !pids.has(owner.ppid)).sort((a, b) => a.startTicks - b.startTicks)[0];
  return first === undefined ? null : describeHolder(first, fleetId);
}

function describeHolder(process: ProcessInfo, fleetId: string): PortHolder {
  const markers = readMarkers(process.pid);
  return {
    pid: process.pid,
    command: readCommandLine(process),
    cwd: readProcLink(process.pid, "cwd"),
    startedAt: timeOfTicks(process.startTicks),
    unit: markers === null ? null : unitName(markers.fleet === fleetId, markers.service, markers.replica),
  };
}

function unitName(isOurs: boolean, service: string, replica: number): string {
  return isOurs ? `${service}#${replica}` : "another fleet";
}
