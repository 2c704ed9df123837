import type { ProcessInfo } from "../process/process-info.ts";

/** A process in its place in a unit's tree. */
export interface PlacedProcess {
  process: ProcessInfo;
  /** 0: the leader; what has lost its parent is as deep as the leader's own children. */
  depth: number;
}

/** A unit's processes, each followed by its children, siblings in the order of their start. Pure. */
export function depthFirst(members: ReadonlyMap<number, ProcessInfo>, leader: number): PlacedProcess[] {
  const sorted = [...members.values()].sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  const children = Map.groupBy(sorted, ({ ppid }) => ppid);
  const placed: PlacedProcess[] = [];
  const seen = new Set<number>();
  const place = (process: ProcessInfo, depth: number): void => {
    if (seen.has(process.pid)) return;
    seen.add(process.pid);
    placed.push({ process, depth });
    for (const child of children.get(process.pid) ?? []) place(child, depth + 1);
  };
  const first = members.get(leader);
  if (first !== undefined) place(first, 0);
  for (const process of sorted) if (!members.has(process.ppid)) place(process, 1);
  // Read one after the other, parents may have changed in between: whoever is left still belongs to the unit.
  for (const process of sorted) place(process, 1);
  return placed;
}
