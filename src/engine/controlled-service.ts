import { plainContainer } from "../config/plain-container.ts";
import type { Cause } from "../model/cause.ts";
import type { ContainerSpec } from "../model/container.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { BuildState } from "../model/service-snapshot.ts";
import type { Replaced, WantedService } from "./state/fleet-state.ts";
import type { UnitRunner } from "./unit/unit-runner.ts";

/** A service under supervision: its config, what is wanted of it, and its units. Owned by the supervisor. */
export interface ControlledService {
  spec: ServiceSpec;
  wanted: WantedService;
  /** Why `wanted` is what it is. */
  cause: Cause;
  /** False once the config no longer has it; it goes when its last replica has ended. */
  isConfigured: boolean;
  build: BuildState;
  /** The newest good build's binary; null before the first, and where a command of its own builds it. */
  artifact: string | null;
  /** The binary that ran before `artifact`; null before the second one that was another. */
  previous: string | null;
  /** Why its sources are not followed, though they are to be; null where they are. */
  trouble: string | null;
  /** By index. */
  replicas: Map<number, UnitRunner>;
  /** A restart under way: replicas still to be restarted, and the one that is on its way up. */
  rolling: { queue: Replaced[]; current: Replaced | null; cause: Cause; isCautious: boolean } | null;
}

/** What tells how many replicas there are to be, and which. */
interface Asked {
  readonly spec: Pick<ServiceSpec, "scale">;
  readonly wanted: Pick<WantedService, "scale" | "stoppedIndexes">;
  readonly isConfigured: boolean;
}

/** Replicas asked for: the live scale, else the config's. */
export function scaleOf(service: Asked): number {
  if (!service.isConfigured) return 0;
  return service.wanted.scale ?? service.spec.scale;
}

/** True where the service is to have this replica running, as long as it is wanted at all. */
export function isWanted(service: Asked, index: number): boolean {
  return index <= scaleOf(service) && !service.wanted.stoppedIndexes.includes(index);
}

/** How the service runs in a container; null: as a process. Only what has a binary can be put into one unasked. */
export function containerOf({ spec, wanted }: Pick<ControlledService, "spec" | "wanted">): ContainerSpec | null {
  if (spec.container !== null) return spec.container;
  return wanted.inContainer === true && spec.build.kind === "go" ? plainContainer : null;
}

/** True where there is something to run: it needs no build, or has been built well since its config last changed. */
export function isBuilt({ spec, artifact, build }: ControlledService): boolean {
  return spec.build.kind === "none" || artifact !== null || build.lastMs !== null;
}

export function notWanted(): WantedService {
  return {
    isRunning: false,
    scale: null,
    stoppedIndexes: [],
    ignoresDependencies: false,
    environment: null,
    overrides: {},
    verb: "start",
    origin: "cli",
  };
}
