import { type ProcessInfo, ticksPerSecond } from "./process-info.ts";
import type { ProcessTable } from "./process-table.ts";

/** Where a tree is looked for. */
export interface TreeSeeds {
  /** Processes that certainly belong to it; what the table does not have is left out. */
  pids: Iterable<number>;
  /**
   * Group and session numbers that were its own, with the time (ticks since boot) when that was last certain. A number
   * is not given out again while a process is in that group or session, so who started before that time is in it still.
   */
  ids: ReadonlyMap<number, number>;
}

/** A number that was free cannot be in use again within this time: the system hands them out in a circle. */
const reuseTicks = ticksPerSecond;

/**
 * The processes of a unit: the seeds, who is in their groups and sessions, and all descendants. Zombies are among them,
 * because they hold the number of their group. An exempt process is left out with its descendants.
 * A group or session counts only where its leader belongs to the tree: that of the shell a service was started in does not.
 */
export function treeOf(
  table: ProcessTable,
  seeds: TreeSeeds,
  isExempt: (process: ProcessInfo) => boolean = () => false,
): Map<number, ProcessInfo> {
  const members = new Map<number, ProcessInfo>();
  const queue: ProcessInfo[] = [];
  const add = (process: ProcessInfo | undefined): void => {
    if (process === undefined || members.has(process.pid) || isExempt(process)) return;
    members.set(process.pid, process);
    queue.push(process);
  };
  const spread = (): void => {
    for (let process = queue.pop(); process !== undefined; process = queue.pop()) {
      for (const child of table.children(process.pid)) add(child);
      if (process.pgid === process.pid) for (const other of table.group(process.pid)) add(other);
      if (process.sid === process.pid) for (const other of table.session(process.pid)) add(other);
    }
  };
  for (const pid of seeds.pids) add(table.get(pid));
  let before: number;
  do {
    before = members.size;
    spread();
    for (const [id, certainTicks] of seeds.ids) {
      const linked = [...table.group(id), ...table.session(id)];
      const isStillOurs = linked.some((p) => members.has(p.pid) || p.startTicks <= certainTicks + reuseTicks);
      if (isStillOurs) for (const process of linked) add(process);
    }
  } while (members.size > before || queue.length > 0);
  return members;
}
