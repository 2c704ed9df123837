import type { Clock } from "../lib/clock.ts";
import type { Cause, ExitStatus } from "../model/cause.ts";
import { describeExit } from "../model/cause.ts";
import type { ContainerFacts } from "../model/container.ts";
import type { EngineEvent } from "../model/event.ts";
import type { Failure } from "../model/failure.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import { type Blocker, isAlive, type ReplicaSnapshot } from "../model/replica.ts";
import type { BuildState, ServiceSnapshot } from "../model/service-snapshot.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { causeOfChange } from "./cause-of-change.ts";
import { type ControlledService, isBuilt, scaleOf } from "./controlled-service.ts";
import type { AdoptableStray, Running } from "./drivers/driver.ts";
import type { FailureOr } from "./failure-or.ts";
import { gateOf } from "./gate.ts";
import type { PortBook } from "./ports/port-book.ts";
import type { Markers } from "./process/markers.ts";
import { type PlanStep, reconcile } from "./reconcile.ts";
import { RollingRestarts } from "./rolling-restarts.ts";
import { ServiceRegistry } from "./service-registry.ts";
import { serviceSnapshot } from "./service-view.ts";
import type { RestingUnit, RollingRecord, WantedService } from "./state/fleet-state.ts";
import { StrayAdoption } from "./stray-adoption.ts";
import type { Moment, Unit } from "./unit/unit.ts";
import type { UnitHost, UnitRunner } from "./unit/unit-runner.ts";
import { UnitInheritance } from "./unit-inheritance.ts";
import { UnitTable } from "./unit-table.ts";

/** How often a unit that waits for a foreign port looks again. */
const portRetryMs = 500;
/** A headless run gives up after this many failures without a stable spell, unless the config says otherwise. */
const headlessMaxFailures = 10;

/** What the supervisor needs of the engine around it. */
export interface SupervisorPorts {
  clock: Clock;
  ports: PortBook;
  snapshot(): FleetSnapshot;
  publish(event: EngineEvent): void;
  /** Something that state.json holds has changed. */
  changed(): void;
  launch(
    service: ControlledService,
    replica: { index: number; generation: number },
    signal: AbortSignal,
  ): Promise<FailureOr<{ running: Running }>>;
  /** What keeps containers from being started: that their engine does not answer. */
  dockerBlockers(service: ControlledService): Blocker[];
  /** Why they will not be started, where nobody waits for an engine; null where it answers, or is still being asked. */
  dockerFailure(service: ControlledService): Failure | null;
  /** Who has ports that the unit needs. */
  portBlockers(unit: UnitId, service: ControlledService, index: number): Blocker[];
  /** What is known of the unit's container. */
  containerOf(unit: UnitId): ContainerFacts | null;
  adoptStray(
    service: ControlledService,
    replica: { index: number; generation: number; ports: Record<string, number> },
    stray: AdoptableStray,
  ): FailureOr<{ running: Running }>;
  /** What keeps a service from starting: strays of it, and that they are still looked for. */
  strayBlockers(service: string): Blocker[];
  /** A generation is over: its log may be closed. */
  ended(unit: UnitId, generation: number, note: string): void;
  /** A service that left the config has ended its last replica, and is gone. */
  servicesForgotten(): void;
  /** A service that wants to start has no binary yet. */
  requestBuild(service: ControlledService, force: boolean): void;
}

/**
 * Keeps what is there in step with what is wanted. Level-triggered: whatever changes marks the whole as unsettled, and
 * once in the same turn of the event loop the difference is worked out anew and carried out. So an order of events that
 * nobody thought of ends where every other order does.
 */
export class Supervisor implements UnitHost {
  readonly clock: Clock;
  readonly services: ServiceRegistry;
  readonly #units: UnitTable;
  readonly #rolling: RollingRestarts;
  /** What an earlier daemon has left. */
  readonly inheritance: UnitInheritance;
  readonly strays: StrayAdoption;
  readonly #ports: SupervisorPorts;
  readonly #waitingForStop: (() => void)[] = [];
  readonly #waitingForChange: (() => void)[] = [];
  #isSettling = false;
  #isShuttingDown = false;
  #isReleased = false;
  #cancelPortRetry: (() => void) | null = null;

  constructor(ports: SupervisorPorts, generations: Readonly<Record<string, number>>) {
    this.#ports = ports;
    this.clock = ports.clock;
    this.services = new ServiceRegistry(ports.clock);
    this.#rolling = new RollingRestarts(this.services);
    const units = new UnitTable(
      ports.clock,
      { ports: (unit) => ports.ports.portsOf(unit), container: (unit) => ports.containerOf(unit) },
      generations,
    );
    this.#units = units;
    const { services } = this;
    this.inheritance = new UnitInheritance({ services, units, ports: ports.ports, host: this });
    this.strays = new StrayAdoption({
      services,
      units,
      host: this,
      ports: ports.ports,
      publish: (event) => ports.publish(event),
      want: (service, change, cause) => this.want(service, change, cause),
      takeOver: (service, replica, stray) => ports.adoptStray(service, replica, stray),
    });
  }

  /** Takes over a newly read config. What runs of a changed service goes on as it is until it is started anew. */
  apply(spec: FleetSpec, wanted: Readonly<Record<string, WantedService>>, cause: Cause): void {
    this.services.apply(spec, wanted, cause);
    this.#planPorts();
    this.unsettle();
  }

  /** Goes on with restarts that an earlier daemon had begun. To be called once all replicas are restored. */
  restoreRolling(rolling: Readonly<Record<string, RollingRecord>>): void {
    this.#rolling.restore(rolling);
  }

  /** By service: what is still to be restarted, for state.json. */
  rolling(): Record<string, RollingRecord> {
    return this.#rolling.toRecord();
  }

  /** By unit: those that have come to an end that stays, for state.json. */
  resting(): Record<string, RestingUnit> {
    const resting: Record<string, RestingUnit> = {};
    for (const { service, index, runner } of this.#units.all()) {
      const { state } = runner.unit;
      if (state.phase !== "completed" && state.phase !== "failed") continue;
      resting[runner.id] = { service: service.spec.name, index, state };
    }
    return resting;
  }

  /** Says that something has changed; the consequences are drawn once, at the end of this turn. */
  unsettle(): void {
    if (this.#isSettling || this.#isReleased) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      if (!this.#isReleased) this.#settle();
    });
  }

  /** Changes what is wanted of a service. Where that was so already, nothing is published. */
  want(service: ControlledService, change: Partial<WantedService>, cause: Cause): void {
    const before = service.wanted;
    service.wanted = { ...before, ...change };
    // What is started again later is started anew, and not restarted once more.
    if (!service.wanted.isRunning) service.rolling = null;
    service.cause = cause;
    this.#ports.changed();
    if (before.isRunning !== service.wanted.isRunning || before.scale !== service.wanted.scale)
      this.#publishWanted(service);
    this.unsettle();
  }

  #publishWanted(service: ControlledService): void {
    const { spec, wanted, cause } = service;
    this.#ports.publish({
      kind: "wantedChanged",
      service: spec.name,
      wanted: wanted.isRunning ? "running" : "stopped",
      scale: scaleOf(service),
      cause,
    });
  }

  /** Restarts replicas one after another, each ready (or failed) before the next goes; those that do not run start at once. */
  restart(service: ControlledService, indexes: number[], cause: Cause): void {
    this.#rolling.begin(service, indexes, cause);
    this.#ports.changed();
    this.unsettle();
  }

  /** As `restart`, by another program: where the first that gets it does not become ready, the others keep theirs. */
  replace(service: ControlledService, indexes: readonly number[], cause: Cause): void {
    this.#rolling.begin(service, indexes, cause, { isCautious: true });
    this.#ports.changed();
    this.unsettle();
  }

  /** Asks for SIGKILL at once. */
  kill(service: ControlledService, indexes: Iterable<number>, cause: Cause): void {
    for (const index of indexes) service.replicas.get(index)?.post({ kind: "stopRequested", cause, kill: true });
  }

  setBuild(service: ControlledService, build: BuildState, cause: Cause): void {
    service.build = build;
    this.#ports.publish({ kind: "buildChanged", service: service.spec.name, build, cause });
    this.unsettle();
  }

  /** Resolves when no replica of a service that is not wanted has a process any more. */
  allStopped(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waitingForStop.push(resolve);
    this.unsettle();
    return promise;
  }

  /** Resolves after the next change of any unit, build or wish. */
  nextChange(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waitingForChange.push(resolve);
    return promise;
  }

  /** From now on nothing is restarted. */
  shutDown(): void {
    this.#isShuttingDown = true;
  }

  /** Lets go of everything without stopping it; resolves when all that was forked is known. */
  async release(): Promise<void> {
    this.#isReleased = true;
    this.#cancelPortRetry?.();
    await Promise.all(this.#units.all().map(({ runner }) => runner.release()));
  }

  runners(): UnitRunner[] {
    return this.#units.all().map((u) => u.runner);
  }

  /** Every replica that the config asks for, there or still to come. */
  plannedReplicas(): { service: string; index: number }[] {
    return this.services
      .configured()
      .flatMap((s) => Array.from({ length: scaleOf(s) }, (_, i) => ({ service: s.spec.name, index: i + 1 })));
  }

  /** By unit: the newest generation ever, for state.json. */
  generations(): Record<string, number> {
    return this.#units.generations();
  }

  /** By unit: the newest generation whose end is known, for state.json. */
  ended(): Record<string, number> {
    const ended = this.#units.generations();
    for (const { unit, id, running } of this.runners()) {
      // While its fork is under way, nobody knows whether it lives; and what follows from an end comes after `stopping`.
      if (running !== null || isAlive(unit.state.phase)) ended[id] = unit.generation - 1;
    }
    return ended;
  }

  /** True where these are the markers of a generation that has, or is about to have, a process. */
  isAlive({ service, replica, generation }: Pick<Markers, "service" | "replica" | "generation">): boolean {
    const unit = this.services.get(service)?.replicas.get(replica)?.unit;
    return unit !== undefined && unit.generation === generation && isAlive(unit.state.phase);
  }

  // UnitHost

  moment(id: UnitId): Moment {
    const { service, index, runner } = this.#units.find(id);
    const { spec, wanted } = service;
    const maxFailures = spec.supervise.maxFailures ?? (wanted.origin === "headless" ? headlessMaxFailures : null);
    return {
      now: this.clock.now(),
      random: Math.random(),
      isShuttingDown: this.#isShuttingDown,
      policy: {
        restart: spec.restart,
        oneshot: spec.oneshot,
        supervise: { ...spec.supervise, maxFailures },
        graceMs: spec.stop.graceMs,
      },
      gate: () =>
        gateOf({
          dependsOn: spec.dependsOn,
          services: (name) => this.#ports.snapshot().services.find((s) => s.name === name),
          build: buildFor(service, runner.unit),
          ignoresDependencies: wanted.ignoresDependencies,
          strayBlockers: () => this.#ports.strayBlockers(spec.name),
          failsOnStrays: wanted.origin === "headless",
          dockerBlockers: () => this.#ports.dockerBlockers(service),
          failsOnDocker: () => (wanted.origin === "headless" ? this.#ports.dockerFailure(service) : null),
          portBlockers: () => this.#ports.portBlockers(id, service, index),
        }),
    };
  }

  launch(id: UnitId, generation: number, signal: AbortSignal): Promise<FailureOr<{ running: Running }>> {
    const { service, index } = this.#units.find(id);
    return this.#ports.launch(service, { index, generation }, signal);
  }

  /** What is known of a unit's container is another thing now. */
  containerChanged(id: UnitId): void {
    if (this.#isReleased || !this.#units.has(id)) return;
    const replica = this.#units.refresh(id);
    this.#ports.publish({ kind: "replicaChanged", replica, from: replica.state.phase });
  }

  changed(id: UnitId, before: Unit, after: Unit): void {
    const replica = this.#units.refresh(id);
    const { service } = this.#units.find(id);
    this.#ports.publish({ kind: "replicaChanged", replica, from: before.state.phase });
    if (!before.hasBeenReady && after.hasBeenReady) this.#rolling.becameReady(service, replica);
    if (before.state.phase === "ready") this.#tellDependents(service, replica);
    this.#ports.changed();
    this.unsettle();
  }

  exited(id: UnitId, generation: number, status: ExitStatus, runMs: number): void {
    this.#ports.publish({ kind: "replicaExited", unit: id, generation, status, runMs });
  }

  gone(id: UnitId, generation: number): void {
    const { state } = this.#units.find(id).runner.unit;
    const exit = state.phase === "stopping" ? state.exit : null;
    this.#ports.ports.released();
    this.#ports.ended(id, generation, exit === null ? "ended" : describeExit(exit));
  }

  // Settling

  #settle(): void {
    const services = this.services.byName;
    const steps = reconcile(services, this.services.dependents);
    for (const step of steps) this.#carryOut(step);
    for (const service of services.values()) {
      this.#rolling.step(service);
      this.#reopenGates(service);
    }
    if (this.services.forgetGone()) this.#ports.servicesForgotten();
    if (steps.some((s) => s.kind === "add" || s.kind === "remove")) this.unsettle();
    for (const resolve of this.#waitingForChange.splice(0)) resolve();
    if (this.#waitingForStop.length > 0 && !this.services.all().some(isStillEnding)) {
      for (const resolve of this.#waitingForStop.splice(0)) resolve();
    }
  }

  #carryOut(step: PlanStep): void {
    const service = this.services.get(step.service);
    if (service === undefined) return;
    const unit = replicaId(step.service, step.index);
    switch (step.kind) {
      case "add": {
        this.#ports.ports.plan(unit, service.spec, step.index);
        this.#ports.publish({
          kind: "replicaAdded",
          replica: this.#units.add(unit, service, step.index, service.cause, this).view,
        });
        return;
      }
      case "remove":
        this.#units.remove(unit);
        this.#ports.ports.forget(unit);
        this.#ports.publish({ kind: "replicaRemoved", unit });
        this.#ports.changed();
        return;
      case "start":
        if (!isBuilt(service) && service.build.status === "none") {
          this.#ports.requestBuild(service, false);
        }
        service.replicas.get(step.index)?.post({ kind: "startRequested", cause: service.cause });
        return;
      case "stop":
        service.replicas.get(step.index)?.post({ kind: "stopRequested", cause: service.cause, kill: false });
        return;
    }
  }

  #reopenGates(service: ControlledService): void {
    for (const runner of service.replicas.values()) {
      const { state } = runner.unit;
      if (state.phase !== "waiting") continue;
      const cause = causeOfChange(state.blockers[0], service, this.#ports.snapshot());
      runner.post({ kind: "gateChanged", cause });
      const after = runner.unit.state;
      if (after.phase === "waiting" && after.blockers.some((b) => b.kind === "port")) this.#retryPorts();
    }
  }

  #retryPorts(): void {
    this.#cancelPortRetry ??= this.clock.after(portRetryMs, () => {
      this.#cancelPortRetry = null;
      this.unsettle();
    });
  }

  /** Whoever depends on what is not ready any more is told; whether to go on is theirs to know. */
  #tellDependents(service: ControlledService, { id, state }: ReplicaSnapshot): void {
    if (state.phase !== "unready") return;
    for (const { service: dependent, index } of this.#rolling.dependentReplicas(service)) {
      const unit = replicaId(dependent.spec.name, index);
      const message = `${unit}: ${id}, which it depends on, is unready: ${state.failure.message}`;
      this.#ports.publish({ kind: "noticed", level: "warning", unit, message });
    }
  }

  /** Ports that the config gives are planned first, so that no `auto` port lands on one of them. */
  #planPorts(): void {
    const services = this.services.configured();
    const isGiven = (s: ControlledService): boolean => s.spec.ports.every((p) => p.source.kind !== "auto");
    for (const service of [...services.filter(isGiven), ...services.filter((s) => !isGiven(s))]) {
      for (let index = 1; index <= scaleOf(service); index++) {
        const isRunning = service.replicas.get(index)?.running != null;
        if (!isRunning) this.#ports.ports.plan(replicaId(service.spec.name, index), service.spec, index);
      }
    }
  }

  /** All services as clients see them. */
  snapshots({ profiles, rerun }: Pick<FleetSpec, "profiles" | "rerun">): ServiceSnapshot[] {
    return this.services.all().map((service) =>
      serviceSnapshot(
        service,
        Object.keys(profiles).filter((p) => profiles[p]?.includes(service.spec.name)),
        rerun,
        [...service.replicas.values()].map((runner) => this.#units.find(runner.id).view),
      ),
    );
  }
}

/** The build that a start has to wait for. A restart by policy goes on with what there is, if the newest build failed. */
function buildFor(service: ControlledService, { state, restarts }: Unit): BuildState {
  const isRestart = state.phase === "backoff" || restarts > 0;
  const { build } = service;
  return isRestart && build.status === "failed" && isBuilt(service) ? { ...build, status: "ok", failure: null } : build;
}

function isStillEnding({ wanted, replicas }: ControlledService): boolean {
  return !wanted.isRunning && [...replicas.values()].some((r) => isAlive(r.unit.state.phase));
}
