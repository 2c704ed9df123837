import type { Failure } from "../model/failure.ts";
import { type Blocker, pidOf, type UnitState } from "../model/replica.ts";
import type { Dependency } from "../model/service.ts";
import type { BuildState, ServiceSnapshot } from "../model/service-snapshot.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { describeStray, type NamedStray } from "../model/stray.ts";
import type { Gate } from "./unit/unit.ts";

/** What a start waits for, other than ports. Pure. */
export interface GateInput {
  dependsOn: readonly Dependency[];
  /** The other services of the fleet as they are. */
  services: (name: string) => ServiceSnapshot | undefined;
  build: BuildState;
  /** `--no-deps`: started regardless of them. */
  ignoresDependencies: boolean;
  strayBlockers: () => Blocker[];
  /** True where nobody can be asked what to do with strays. */
  failsOnStrays: boolean;
  /** That the engine for its container does not answer; none for what runs as a process. */
  dockerBlockers: () => Blocker[];
  /** What is to be said instead where nobody waits for an engine to come up. */
  failsOnDocker: () => Failure | null;
  portBlockers: () => Blocker[];
}

/**
 * Whether a replica may start. Dependencies and the build are looked at together, since both go on at once; ports last,
 * since who holds a port matters only when all else is there.
 */
export function gateOf(input: GateInput): Gate {
  if (input.build.status === "failed" && input.build.failure !== null) {
    return { kind: "failed", failure: input.build.failure };
  }
  const blockers: Blocker[] = [];
  if (!input.ignoresDependencies) {
    for (const dependency of input.dependsOn) {
      const now = unmet(dependency, input.services(dependency.name));
      if (now !== null)
        blockers.push({ kind: "dependency", name: dependency.name, condition: dependency.condition, now });
    }
  }
  const { status } = input.build;
  if (status === "queued" || status === "building" || status === "testing") blockers.push({ kind: "build", status });
  if (blockers.length === 0) {
    for (const blocker of input.strayBlockers()) {
      if (blocker.kind === "strays" && blocker.strays.length > 0 && input.failsOnStrays)
        return { kind: "failed", failure: straysFound(blocker.strays) };
      blockers.push(blocker);
    }
  }
  if (blockers.length === 0) {
    const failure = input.failsOnDocker();
    if (failure !== null) return { kind: "failed", failure };
    blockers.push(...input.dockerBlockers());
  }
  // A stray is likely to be who has the port, and says more about itself.
  if (blockers.length === 0) blockers.push(...input.portBlockers());
  return blockers.length === 0 ? { kind: "open" } : { kind: "closed", blockers };
}

function straysFound(strays: NamedStray[]): Failure {
  const which = strays.map(describeStray).join(", ");
  const isAllProcesses = strays.every(({ container }) => container == null);
  const [one, several] = isAllProcesses ? ["a process", "processes"] : ["a stray", "strays"];
  const message = `${strays.length === 1 ? `${one} that was` : `${strays.length} ${several} that were`} started outside may be it already: ${which}`;
  const hint = "see orchestra strays; or start it with --strays stop, adopt or ignore";
  return { kind: "strays-found", strays, message, hint };
}

/** What the dependency is now, where it does not meet its condition; null where it does. */
function unmet(dependency: Dependency, service: ServiceSnapshot | undefined): string | null {
  if (service === undefined) return "not in this fleet";
  if (isDoneWithout(service)) return null;
  const replicas = service.replicas.filter((r) => r.index <= service.scale);
  if (replicas.length === 0) return service.scale === 0 ? "scaled to 0" : "stopped";
  const holdsBack = replicas.find(({ state }) => !meets(state, dependency.condition));
  return holdsBack?.state.phase ?? null;
}

/**
 * An optional vendor holds nobody back once it is known that it cannot be had, or that nobody wants it. While its engine is
 * being asked for the first time, its image is being pulled and while it starts, it is waited for.
 */
function isDoneWithout({ vendor, wanted, replicas }: ServiceSnapshot): boolean {
  if (vendor?.isOptional !== true) return false;
  if (wanted === "stopped") return true;
  return replicas.every(({ state, generation }) => {
    if (state.phase === "waiting") return state.blockers.some((b) => b.kind === "docker" && b.isAsked !== true);
    return state.phase === "failed" || state.phase === "backoff" || (state.phase === "stopped" && generation > 0);
  });
}

/** The optional vendors that the fleet goes on without, for what is told to those that depend on them. */
export function unavailableVendors({ services }: Pick<FleetSnapshot, "services">): ReadonlySet<string> {
  return new Set(services.filter(isDoneWithout).map(({ name }) => name));
}

/** A process that is on its way out has not started anything. */
function hasProcess(state: UnitState): boolean {
  return state.phase !== "stopping" && pidOf(state) !== null;
}

function meets(state: UnitState, condition: Dependency["condition"]): boolean {
  switch (condition) {
    case "started":
      return hasProcess(state) || state.phase === "completed";
    case "ready":
      return state.phase === "ready" || state.phase === "completed";
    case "completed":
      return state.phase === "completed";
  }
}
