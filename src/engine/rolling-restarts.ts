import type { Cause } from "../model/cause.ts";
import type { ReplicaSnapshot } from "../model/replica.ts";
import { type ControlledService, isWanted } from "./controlled-service.ts";
import type { ServiceRegistry } from "./service-registry.ts";
import type { Replaced, RollingRecord } from "./state/fleet-state.ts";

/** Restarts the replicas of a service one after another, and after it those of the services that asked to follow. */
export class RollingRestarts {
  readonly #services: ServiceRegistry;

  constructor(services: ServiceRegistry) {
    this.#services = services;
  }

  /**
   * Each replica is ready (or failed) before the next goes; those that do not run start at once. `isCautious`: where one
   * fails, the others are left as they are.
   */
  begin(
    service: ControlledService,
    indexes: readonly number[],
    cause: Cause,
    { isCautious = false }: { isCautious?: boolean } = {},
  ): void {
    const queue: Replaced[] = [];
    for (const index of indexes) {
      const runner = service.replicas.get(index);
      if (runner === undefined) continue;
      const { state, generation } = runner.unit;
      const { phase } = state;
      if (phase === "ready" || phase === "unready" || phase === "paused" || phase === "starting")
        queue.push({ index, generation });
      else runner.post({ kind: "restartRequested", cause });
    }
    service.rolling = queue.length === 0 ? null : { queue, current: null, cause, isCautious };
  }

  /** By service: what is still to be replaced, for state.json. What a daemon that was killed had begun the next one ends. */
  toRecord(): Record<string, RollingRecord> {
    return Object.fromEntries(
      this.#services.all().flatMap((service) => {
        const { rolling, cause } = service;
        const { current = null, queue = [], isCautious = false } = rolling ?? {};
        const rest = current === null ? queue : [current, ...queue];
        const known = new Set(rest.map(({ index }) => index));
        const units = [...endingToStart(service).filter(({ index }) => !known.has(index)), ...rest];
        return units.length === 0 ? [] : [[service.spec.name, { units, cause: rolling?.cause ?? cause, isCautious }]];
      }),
    );
  }

  /** Goes on with what an earlier daemon had begun: those that still run in the generation that was to be replaced. */
  restore(record: Readonly<Record<string, RollingRecord>>): void {
    for (const [name, { units, cause, isCautious }] of Object.entries(record)) {
      const service = this.#services.get(name);
      if (service === undefined || !service.wanted.isRunning) continue;
      const due = units.filter(({ index, generation }) => service.replicas.get(index)?.unit.generation === generation);
      this.begin(
        service,
        due.map(({ index }) => index),
        cause,
        { isCautious },
      );
    }
  }

  /** Goes on with the next replica where the one before is done; to be called after every change. */
  step(service: ControlledService): void {
    const { rolling } = service;
    if (rolling === null) return;
    if (rolling.current !== null) {
      const phase = service.replicas.get(rolling.current.index)?.unit.state.phase;
      if (phase === "stopping" || phase === "starting" || phase === "waiting") return;
      if (rolling.isCautious && (phase === "backoff" || phase === "failed")) {
        service.rolling = null;
        return;
      }
    }
    // Who was stopped by name, or scaled away, since the restart was asked for is left in peace.
    const next = takeFirst(rolling.queue, ({ index }) => isWanted(service, index));
    if (next === undefined) {
      service.rolling = null;
      return;
    }
    rolling.current = next;
    service.replicas.get(next.index)?.post({ kind: "restartRequested", cause: rolling.cause });
  }

  /** A replica has become ready, for the first time in its generation: whoever wants to restart with its service does. */
  becameReady(service: ControlledService, replica: ReplicaSnapshot): void {
    if (!isBackAfterRestart(service, replica)) return;
    const { name } = service.spec;
    for (const dependent of this.#dependentsOf(service)) {
      if (dependent.spec.onDependency !== "restart") continue;
      const indexes = runningOf(dependent);
      if (indexes.length > 0) this.begin(dependent, indexes, { kind: "dependency", name, what: "restarted" });
    }
  }

  /** The replicas that run and depend on the service directly. */
  dependentReplicas(service: ControlledService): { service: ControlledService; index: number }[] {
    return this.#dependentsOf(service).flatMap((dependent) =>
      runningOf(dependent).map((index) => ({ service: dependent, index })),
    );
  }

  #dependentsOf({ spec }: ControlledService): ControlledService[] {
    const names = this.#services.dependents.get(spec.name) ?? [];
    return names.flatMap((name) => this.#services.get(name) ?? []).filter((dependent) => dependent.wanted.isRunning);
  }
}

/** On their way out, to be started again: whoever is deaf to the stop signal would go on under a daemon that knows nothing of it. */
function endingToStart({ replicas }: ControlledService): Replaced[] {
  return [...replicas].flatMap(([index, { unit }]) =>
    unit.state.phase === "stopping" && unit.state.next === "start" ? [{ index, generation: unit.generation }] : [],
  );
}

function runningOf({ replicas }: ControlledService): number[] {
  const phases = ["starting", "ready", "unready"];
  return [...replicas].filter(([, runner]) => phases.includes(runner.unit.state.phase)).map(([index]) => index);
}

/**
 * True where a replica that has just become ready makes its service a restarted one: once for a rolling restart, at its
 * end, and neither for one that was adopted as it ran nor for one that a scale brought back.
 */
function isBackAfterRestart(service: ControlledService, { generation, adopted, cause }: ReplicaSnapshot): boolean {
  const isScaledUp = cause.kind === "user" && cause.verb === "scale";
  const isRollingOn = service.rolling?.queue.some(({ index }) => isWanted(service, index)) === true;
  return generation > 1 && !adopted && !isScaledUp && !isRollingOn;
}

/** Takes what comes before the first that will do away as well. */
function takeFirst<T>(queue: T[], willDo: (item: T) => boolean): T | undefined {
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) if (willDo(item)) return item;
  return undefined;
}
