import type { FleetId } from "../../model/ids.ts";
import type { InspectedPort } from "../../model/inspection.ts";
import { findPortHolder } from "../process/port-holder.ts";
import { openSocketsAmong, type PortTable, readListeners } from "../process/port-table.ts";
import type { ProcessInfo } from "../process/process-info.ts";
import { readCommandLine } from "../process/read-command-line.ts";

/** The ports that a unit has, with whoever listens on them, then the others that its processes listen on. */
export function inspectPorts(
  fleet: FleetId,
  ports: Readonly<Record<string, number>>,
  tree: readonly ProcessInfo[],
): InspectedPort[] {
  const listeners = readListeners();
  const own = ownListeners(listeners, tree);
  const ownerOf = (port: number): InspectedPort["owner"] => {
    const process = own.get(port);
    if (process !== undefined) return { pid: process.pid, command: readCommandLine(process), isOwn: true };
    return listeners.has(port) ? foreignOwner(port, fleet, listeners) : null;
  };
  const named = new Set(Object.values(ports));
  const others = [...own.keys()].filter((port) => !named.has(port)).sort((a, b) => a - b);
  return [
    ...Object.entries(ports).map(([name, port]) => ({ name, port, owner: ownerOf(port) })),
    ...others.map((port) => ({ name: null, port, owner: ownerOf(port) })),
  ];
}

/** By port: the first process of the tree that listens on it; where workers share a socket, that is who made it. */
function ownListeners(listeners: PortTable, tree: readonly ProcessInfo[]): Map<number, ProcessInfo> {
  const portOf = new Map([...listeners].flatMap(([port, inodes]) => inodes.map((inode) => [inode, port] as const)));
  const inodes = new Set(portOf.keys());
  const own = new Map<number, ProcessInfo>();
  for (const process of tree) {
    for (const inode of openSocketsAmong(process.pid, inodes)) {
      const port = portOf.get(inode);
      if (port !== undefined && !own.has(port)) own.set(port, process);
    }
  }
  return own;
}

function foreignOwner(port: number, fleet: FleetId, listeners: PortTable): InspectedPort["owner"] {
  const holder = findPortHolder(port, fleet, listeners);
  // Somebody listens, and the system does not say who.
  if (holder === null) return { pid: 0, command: "a process of another user", isOwn: false };
  return { pid: holder.pid, command: holder.command, isOwn: false };
}
