import { isSameProcess, type ProcessIdentity } from "./identity.ts";
import type { Markers } from "./markers.ts";
import { openSocketsAmong, type PortTable } from "./port-table.ts";
import type { ProcessInfo } from "./process-info.ts";
import { readProcess } from "./process-table.ts";
import type { Look } from "./process-watch.ts";
import { treeOf } from "./tree.ts";

/** A living generation of a unit, and the ports that are its to listen on. */
export interface ListenTarget {
  leader: ProcessIdentity;
  markers: Markers;
  ports: readonly number[];
}

/** The system at one moment; the processes are looked at only if somebody asks. */
export interface ListenScene {
  listeners: PortTable;
  look: () => Pick<Look, "table" | "marks">;
}

/** Those of the target's ports that no process of its tree listens on. The leader is looked at first, which is cheap. */
export function portsNotOwned(target: ListenTarget, scene: ListenScene): number[] {
  const { leader, ports } = target;
  const open = ports.filter((port) => scene.listeners.has(port));
  const inodes = new Set(open.flatMap((port) => scene.listeners.get(port) ?? []));
  if (inodes.size === 0) return [...ports];
  const owned = isSameProcess(leader, readProcess(leader.pid))
    ? openSocketsAmong(leader.pid, inodes)
    : new Set<string>();
  const isOwned = (port: number): boolean => scene.listeners.get(port)?.some((inode) => owned.has(inode)) === true;
  if (!open.every(isOwned)) {
    for (const { pid } of descendantsOf(target, scene.look())) {
      for (const inode of openSocketsAmong(pid, inodes)) owned.add(inode);
      if (open.every(isOwned)) break;
    }
  }
  return ports.filter((port) => !isOwned(port));
}

/** The processes of the target's tree, without the leader. */
export function descendantsOf(
  { leader, markers }: Pick<ListenTarget, "leader" | "markers">,
  { table, marks }: Pick<Look, "table" | "marks">,
): ProcessInfo[] {
  const pids = [...marks.carriers(markers)];
  if (isSameProcess(leader, table.get(leader.pid))) pids.push(leader.pid);
  const tree = treeOf(table, { pids, ids: new Map() });
  tree.delete(leader.pid);
  return [...tree.values()];
}
