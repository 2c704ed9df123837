import { isAlive, type UnitState } from "../model/replica.ts";
import { stoppableNow } from "./graph.ts";

/** What is asked of one service. A service that left the config is wanted with scale 0. */
export interface WantedReplicas {
  service: string;
  isRunning: boolean;
  scale: number;
  stoppedIndexes: readonly number[];
}

export interface ObservedReplica {
  service: string;
  index: number;
  state: UnitState;
}

/** One step from what is there to what is wanted. */
export interface PlanStep {
  kind: "add" | "start" | "stop" | "remove";
  service: string;
  index: number;
}

/**
 * The difference between wanted and observed, as data. Pure, and level-triggered: it is asked again after every change,
 * and what it does not say yet it will say then. Stops come in reverse dependency order: a service is told to stop once
 * nothing that depends on it still has to, or is about to.
 */
export function reconcile(
  wanted: readonly WantedReplicas[],
  observed: readonly ObservedReplica[],
  dependents: ReadonlyMap<string, readonly string[]>,
): PlanStep[] {
  const steps: PlanStep[] = [];
  const byService = Map.groupBy(observed, (r) => r.service);
  const stopping = new Map<string, PlanStep[]>();
  for (const { service, isRunning, scale, stoppedIndexes } of wanted) {
    const replicas = byService.get(service) ?? [];
    const seen = new Set(replicas.map((r) => r.index));
    for (let index = 1; index <= scale; index++) {
      if (!seen.has(index)) steps.push({ kind: "add", service, index });
    }
    for (const { index, state } of replicas) {
      if (index > scale && !isAlive(state.phase) && state.phase !== "waiting" && state.phase !== "backoff") {
        steps.push({ kind: "remove", service, index });
        continue;
      }
      const shouldRun = isRunning && index <= scale && !stoppedIndexes.includes(index);
      if (shouldRun) {
        if (state.phase === "stopped") steps.push({ kind: "start", service, index });
      } else if (state.phase !== "stopped" && !(state.phase === "stopping" && state.next === "rest")) {
        const step: PlanStep = { kind: "stop", service, index };
        // What has no process ends at once, whatever depends on it.
        if (!isAlive(state.phase)) steps.push(step);
        else stopping.set(service, [...(stopping.get(service) ?? []), step]);
      }
    }
  }
  const isEnding = (service: string): boolean =>
    (byService.get(service) ?? []).some(({ state }) => state.phase === "stopping" && state.next === "rest");
  for (const service of stoppableNow(new Set(stopping.keys()), isEnding, dependents)) {
    steps.push(...(stopping.get(service) ?? []));
  }
  return steps;
}
