import type { UnitId } from "../model/ids.ts";
import type { Blocker } from "../model/replica.ts";
import { type ControlledService, isWanted } from "./controlled-service.ts";
import { isInPlace, type Standing, standingOf } from "./standing.ts";
import type { Unit } from "./unit/unit.ts";

/** How far an undertaking has come, for who waits for its end, but not for ever. */
export interface OpenEnds {
  standing: Standing;
  /** Units that are not where they are wanted to be, as a person reads it: `db#1 (starting)`. */
  open: string[];
  /** What is done; another text as soon as something more is. */
  done: string;
  /** Something is being built or stopped, which ends within a limit of its own. */
  isLimited: boolean;
}

/** What is open of an undertaking on these services and these of their units. Pure. */
export function openEndsOf(services: readonly ControlledService[], units: ReadonlySet<UnitId>): OpenEnds {
  const ends: OpenEnds = { standing: standingOf(services, units), open: [], done: "", isLimited: false };
  for (const service of services) {
    const { build, replicas, rolling } = service;
    ends.isLimited ||= build.status === "queued" || build.status === "building" || build.status === "testing";
    ends.done += ` ${service.spec.name} ${build.status} ${rolling?.queue.length ?? 0}`;
    for (const [index, { id, unit }] of replicas) {
      if (!units.has(id)) continue;
      const { phase } = unit.state;
      ends.isLimited ||= phase === "stopping";
      if (isInPlace(phase, service.wanted.isRunning && isWanted(service, index))) ends.done += ` ${id}`;
      else ends.open.push(`${id} (${describe(unit)})`);
    }
  }
  return ends;
}

function describe({ state, failure }: Unit): string {
  if (state.phase === "waiting") return `waiting for ${state.blockers.map(describeBlocker).join(" and ")}`;
  return failure === null ? state.phase : `${state.phase}: ${failure.message}`;
}

function describeBlocker(blocker: Blocker): string {
  switch (blocker.kind) {
    case "dependency":
      return `${blocker.name} to be ${blocker.condition}`;
    case "build":
      return "its build";
    case "port":
      return `port ${blocker.port}`;
    case "docker":
      return "Docker to answer";
    case "strays":
      return "your word on what already runs of it";
    case "endingStrays":
      return "what already runs of it to end";
  }
}
