import type { Cause } from "../model/cause.ts";
import type { CommandRequest } from "../model/command.ts";
import type { PullPolicy } from "../model/container.ts";
import { parseUnitId, replicaId, type UnitId } from "../model/ids.ts";
import { isAlive, type Phase } from "../model/replica.ts";
import { type ControlledService, isBuilt, scaleOf } from "./controlled-service.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { Leases } from "./leases.ts";
import { namesOf, type Selected } from "./selection.ts";
import type { ServiceBuilds } from "./service-builds.ts";
import type { WantedService } from "./state/fleet-state.ts";
import type { Supervisor } from "./supervisor.ts";

/** What a start or restart says beside its names. */
export interface StartTerms {
  request: CommandRequest;
  ignoresDependencies: boolean;
  overrides: Record<string, string>;
  cause: Cause;
  /** Whether they follow their sources; undefined: as before. */
  rerun?: boolean;
  inContainers?: boolean;
  pull?: PullPolicy;
}

/** What each verb means: a change of wishes, and for some a push to units that a wish alone would not move. */
export class Verbs {
  readonly #supervisor: Supervisor;
  readonly #builds: ServiceBuilds;
  readonly #environments: EnvironmentBook;
  readonly #leases: Leases;

  constructor(parts: { supervisor: Supervisor; builds: ServiceBuilds; environments: EnvironmentBook; leases: Leases }) {
    this.#supervisor = parts.supervisor;
    this.#builds = parts.builds;
    this.#environments = parts.environments;
    this.#leases = parts.leases;
  }

  /** `names` are the selected services and, unless told otherwise, what they depend on. */
  start(names: readonly string[], selected: Selected, terms: StartTerms): void {
    const { request, ignoresDependencies, overrides, cause, rerun, inContainers, pull } = terms;
    const containerTerms = {
      ...(inContainers === undefined ? {} : { inContainer: inContainers }),
      ...(pull === undefined ? {} : { pull }),
    };
    for (const name of names) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      const own = selected.replicas.filter((r) => r.service === name).map((r) => r.index);
      // Neither named nor meant by "all": it comes along because something depends on it.
      const isImplied = !selected.services.includes(name) && own.length === 0;
      const isUp = [...service.replicas.values()].some((r) => isAlive(r.unit.state.phase));
      this.#supervisor.want(
        service,
        {
          ...this.#leaseOf(service, request),
          isRunning: true,
          stoppedIndexes:
            isImplied && service.wanted.isRunning
              ? service.wanted.stoppedIndexes
              : this.#stoppedAfterStart(service, own),
          ignoresDependencies,
          ...this.#environmentOf(request),
          ...(rerun === undefined
            ? {}
            : { rerun: { isOn: rerun, withTests: service.wanted.rerun?.withTests ?? false } }),
          ...(isUp ? {} : containerTerms),
          ...(isUp
            ? {}
            : {
                overrides: isImplied || isSpared(service, selected) ? {} : overrides,
                verb: "start",
                origin: request.origin,
              }),
        },
        cause,
      );
      if (!isUp || !isBuilt(service)) void this.#builds.request(service, false, cause);
      for (const [index, runner] of service.replicas) {
        if (own.length > 0 && !own.includes(index)) continue;
        if (index > scaleOf(service) || service.wanted.stoppedIndexes.includes(index)) continue;
        const { phase } = runner.unit.state;
        // What has done its work once is not done again unless somebody asks for it by name.
        if (phase !== "completed" || (selected.isExplicit && !isImplied))
          runner.post({ kind: "startRequested", cause });
      }
    }
  }

  /** A service stopped as a whole is not wanted any more; a replica stopped by itself is an exception from the scale. */
  stop(selected: Selected, cause: Cause, kill: boolean): UnitId[] {
    const units = this.existing(selected);
    for (const name of selected.services) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      this.#builds.cancel(service);
      this.#supervisor.want(service, { isRunning: false, stoppedIndexes: [] }, cause);
      if (kill) this.#supervisor.kill(service, service.replicas.keys(), cause);
    }
    for (const { service: name, index } of selected.replicas) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      const stoppedIndexes = [...new Set([...service.wanted.stoppedIndexes, index])];
      this.#supervisor.want(service, { stoppedIndexes }, cause);
      if (kill) this.#supervisor.kill(service, [index], cause);
    }
    return units;
  }

  /** What runs is ended first, replica by replica; what does not run is started, dependencies too. */
  restart(names: readonly string[], selected: Selected, terms: StartTerms): void {
    const { request, ignoresDependencies, overrides, cause } = terms;
    const dependencies = names.filter((n) => !namesOf(selected).includes(n));
    const implied: Selected = { services: [], replicas: [], isExplicit: false };
    this.start(dependencies, implied, { ...terms, ignoresDependencies: false, overrides: {} });
    for (const name of namesOf(selected)) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      const own = selected.replicas.filter((r) => r.service === name).map((r) => r.index);
      this.#supervisor.want(
        service,
        {
          ...this.#leaseOf(service, request),
          isRunning: true,
          stoppedIndexes: this.#stoppedAfterStart(service, own),
          ignoresDependencies,
          overrides: isSpared(service, selected) ? {} : overrides,
          verb: "restart",
          origin: request.origin,
          ...this.#environmentOf(request),
        },
        cause,
      );
      const indexes = own.length > 0 ? own : [...service.replicas.keys()];
      this.#whenBuilt(service, cause, () => this.#supervisor.restart(service, indexes, cause));
    }
  }

  /** Replaces at once what has a good build. Where a build comes first, and might fail, what runs goes on until then. */
  #whenBuilt(service: ControlledService, cause: Cause, replace: () => void): void {
    const isGood = isBuilt(service) && service.build.status !== "failed";
    const isUp = [...service.replicas.values()].some((r) => isAlive(r.unit.state.phase));
    const replaceLater = (): void => {
      if (isUp && service.wanted.isRunning) replace();
    };
    if (!isGood) void this.#builds.request(service, false, cause, replaceLater);
    if (isGood || !isUp) replace();
  }

  /**
   * Pauses what runs of the selection, or lets go on what is paused of it; what is wanted stays the same. `units` are
   * those that it is about; `passedOver` says of the others, where they were named, that there was nothing to do.
   */
  pauseOrResume(verb: "pause" | "resume", selected: Selected, cause: Cause): { units: UnitId[]; passedOver: string[] } {
    const units: UnitId[] = [];
    const others: string[] = [];
    for (const id of this.existing(selected)) {
      const { name, index } = parseUnitId(id);
      const runner = this.#supervisor.services.get(name)?.replicas.get(index ?? 0);
      const phase = runner?.unit.state.phase ?? "stopped";
      const isDue = runner?.unit.pauseDue != null;
      if (verb === "pause" ? canBePaused(phase) : phase === "paused" || isDue) units.push(id);
      else others.push(`${id} (${phase})`);
      runner?.post({ kind: verb === "pause" ? "pauseRequested" : "resumeRequested", cause });
    }
    const passedOver = selected.isExplicit && others.length > 0 ? [`nothing to ${verb} of ${others.join(", ")}`] : [];
    return { units, passedOver };
  }

  scale(service: ControlledService, to: number, cause: Cause): void {
    this.#supervisor.want(service, { scale: to }, cause);
  }

  build(selected: Selected, request: CommandRequest, cause: Cause): UnitId[] {
    for (const name of namesOf(selected)) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      this.#supervisor.want(service, this.#environmentOf(request), cause);
      void this.#builds.request(service, true, cause);
    }
    return this.unitsOf(namesOf(selected), selected);
  }

  rebuild(selected: Selected, request: CommandRequest, cause: Cause): UnitId[] {
    for (const name of namesOf(selected)) {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) continue;
      this.#supervisor.want(service, this.#environmentOf(request), cause);
      void this.#builds.request(service, true, cause, () => {
        const replicas = selected.replicas.filter((r) => r.service === name);
        const one: Selected = { services: replicas.length > 0 ? [] : [name], replicas, isExplicit: true };
        const { ignoresDependencies, overrides } = service.wanted;
        this.restart([name], one, { request, ignoresDependencies, overrides, cause });
      });
    }
    return this.unitsOf(namesOf(selected), selected);
  }

  /** The units that a start of the services will have. */
  unitsOf(services: readonly string[], selected: Selected): UnitId[] {
    return services.flatMap((name) => {
      const service = this.#supervisor.services.get(name);
      if (service === undefined) return [];
      const own = selected.services.includes(name) ? [] : selected.replicas.filter((r) => r.service === name);
      const indexes =
        own.length > 0 ? own.map((r) => r.index) : Array.from({ length: scaleOf(service) }, (_, i) => i + 1);
      return indexes.map((index) => replicaId(name, index));
    });
  }

  /** The units that are there. */
  existing(selected: Selected): UnitId[] {
    const whole = selected.services.flatMap((name) => {
      const service = this.#supervisor.services.get(name);
      return service === undefined ? [] : [...service.replicas.keys()].map((index) => replicaId(name, index));
    });
    return [...whole, ...selected.replicas.map((r) => replicaId(r.service, r.index))];
  }

  /** The caller's environment, where there is one; else that of the last start stays. */
  #environmentOf({ callerEnv }: CommandRequest): Partial<WantedService> {
    return callerEnv === null ? {} : { environment: this.#environments.add(callerEnv) };
  }

  /** On which lease the service hangs from now on, where that changes. */
  #leaseOf(service: ControlledService, { lease }: CommandRequest): Partial<WantedService> {
    const { name } = service.spec;
    if (lease === null) this.#leases.free(name);
    else if (service.wanted.isRunning) return {};
    else this.#leases.add(lease, name);
    return { lease: lease !== null && this.#leases.has(lease) ? lease : null };
  }

  /** A start of the whole service starts all of it; a start of some replicas leaves the others as they are. */
  #stoppedAfterStart(service: ControlledService, own: readonly number[]): number[] {
    if (own.length === 0) return [];
    const all = Array.from({ length: scaleOf(service) }, (_, i) => i + 1);
    const stopped = service.wanted.isRunning ? service.wanted.stoppedIndexes : all;
    return stopped.filter((index) => !own.includes(index));
  }
}

/** `-e K=V` for all is meant for what is ours: it is no reason to make a database's container anew. */
function isSpared({ spec }: ControlledService, { isExplicit }: Selected): boolean {
  return spec.vendor !== null && !isExplicit;
}

/** True for what has a process that is not on its way out, or will have in a moment. */
function canBePaused(phase: Phase): boolean {
  return isAlive(phase) && phase !== "stopping";
}
