import type { SharedCommand } from "./toolchain.ts";

/** A build that waits, as far as it matters to what is begun next. */
export interface WaitingBuild {
  priority: number;
  /** Null: only a command of its own builds it. */
  shared: SharedCommand | null;
}

/**
 * Which of `waiting` (in the order in which they were asked for) are begun next, by one command: the first of those with
 * the greatest priority, and all that may share its command, unless a build of a greater priority would wait for them.
 * Indices, the most urgent first; empty where nothing waits.
 */
export function takeNext(waiting: readonly WaitingBuild[]): number[] {
  const order = [...waiting.keys()].sort((a, b) => priorityOf(waiting, b) - priorityOf(waiting, a));
  const [first] = order;
  if (first === undefined) return [];
  const key = waiting[first]?.shared?.key;
  if (key === undefined) return [first];
  const others = order.filter((at) => waiting[at]?.shared?.key !== key).map((at) => priorityOf(waiting, at));
  const least = Math.max(Number.NEGATIVE_INFINITY, ...others);
  const names = new Set<string>();
  return order.filter((at) => {
    const shared = waiting[at]?.shared;
    if (shared?.key !== key || names.has(shared.name) || priorityOf(waiting, at) < least) return false;
    names.add(shared.name);
    return true;
  });
}

function priorityOf(waiting: readonly WaitingBuild[], at: number): number {
  return waiting[at]?.priority ?? 0;
}
