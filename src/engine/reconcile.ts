import type { UnitState } from "../model/replica.ts";
import { isAlive } from "../model/replica.ts";
import { type ControlledService, isWanted, scaleOf } from "./controlled-service.ts";
import { stoppableNow } from "./graph.ts";

/** What is asked of one service, and what is there of it: as much of a `ControlledService` as a plan needs. */
export interface ReconciledService {
  readonly spec: Pick<ControlledService["spec"], "name" | "scale">;
  readonly wanted: Pick<ControlledService["wanted"], "isRunning" | "scale" | "stoppedIndexes">;
  readonly isConfigured: boolean;
  readonly replicas: ReadonlyMap<number, { readonly unit: { readonly state: UnitState } }>;
}

/** One step from what is there to what is wanted. */
export interface PlanStep {
  kind: "add" | "start" | "stop" | "remove";
  service: string;
  index: number;
}

/**
 * The difference between wanted and observed, as data. Pure, and level-triggered: it is asked again after every change,
 * and what it does not say yet it will say then; so it makes no garbage where there is nothing to do. Stops come in
 * reverse dependency order: a service is told to stop once nothing that depends on it still has to, or is about to.
 */
export function reconcile(
  services: ReadonlyMap<string, ReconciledService>,
  dependents: ReadonlyMap<string, readonly string[]>,
): PlanStep[] {
  const steps: PlanStep[] = [];
  const stopping = new Map<string, PlanStep[]>();
  for (const service of services.values()) {
    const scale = scaleOf(service);
    for (let index = 1; index <= scale; index++) {
      if (!service.replicas.has(index)) steps.push({ kind: "add", service: service.spec.name, index });
    }
    for (const index of service.replicas.keys()) {
      const state = service.replicas.get(index)?.unit.state;
      if (state !== undefined) planReplica(service, index, state, steps, stopping);
    }
  }
  if (stopping.size === 0) return steps;
  const isEnding = (name: string): boolean =>
    [...(services.get(name)?.replicas.values() ?? [])].some(({ unit }) => isComingToRest(unit.state));
  for (const name of stoppableNow(new Set(stopping.keys()), isEnding, dependents)) {
    steps.push(...(stopping.get(name) ?? []));
  }
  return steps;
}

/** What has no process is dealt with at once, whatever depends on it; what has one goes to `stopping`, to be put in order. */
function planReplica(
  service: ReconciledService,
  index: number,
  state: UnitState,
  steps: PlanStep[],
  stopping: Map<string, PlanStep[]>,
): void {
  const { name } = service.spec;
  const isBeyond = index > scaleOf(service);
  if (isBeyond && !isAlive(state.phase) && state.phase !== "waiting" && state.phase !== "backoff") {
    steps.push({ kind: "remove", service: name, index });
  } else if (service.wanted.isRunning && isWanted(service, index)) {
    if (state.phase === "stopped") steps.push({ kind: "start", service: name, index });
  } else if (state.phase !== "stopped" && !isComingToRest(state)) {
    const step: PlanStep = { kind: "stop", service: name, index };
    if (!isAlive(state.phase)) steps.push(step);
    else stopping.set(name, [...(stopping.get(name) ?? []), step]);
  }
}

function isComingToRest(state: UnitState): boolean {
  return state.phase === "stopping" && state.next === "rest";
}
