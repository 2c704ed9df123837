import type { Clock } from "../lib/clock.ts";
import type { Cause } from "../model/cause.ts";
import type { ContainerFacts } from "../model/container.ts";
import type { UnitId } from "../model/ids.ts";
import type { ReplicaSnapshot, UnitState } from "../model/replica.ts";
import type { ControlledService } from "./controlled-service.ts";
import { newUnit, type Unit } from "./unit/unit.ts";
import { type UnitHost, UnitRunner } from "./unit/unit-runner.ts";

/** A unit in its place. */
export interface ControlledUnit {
  service: ControlledService;
  index: number;
  runner: UnitRunner;
  /** As last published. */
  view: ReplicaSnapshot;
}

/** What others know of units. */
export interface UnitFacts {
  ports(unit: UnitId): Record<string, number>;
  /** Null for what has no container. */
  container(unit: UnitId): ContainerFacts | null;
}

/** All units by id, each with what clients were last told of it, and the generations of those that are gone. */
export class UnitTable {
  readonly #clock: Clock;
  readonly #facts: UnitFacts;
  readonly #units = new Map<UnitId, ControlledUnit>();
  readonly #generations: Map<string, number>;

  constructor(clock: Clock, facts: UnitFacts, generations: Readonly<Record<string, number>>) {
    this.#clock = clock;
    this.#facts = facts;
    this.#generations = new Map(Object.entries(generations));
  }

  all(): ControlledUnit[] {
    return [...this.#units.values()];
  }

  has(id: UnitId): boolean {
    return this.#units.has(id);
  }

  /** The unit, which must be there. */
  find(id: UnitId): ControlledUnit {
    const unit = this.#units.get(id);
    if (unit === undefined) throw new Error(`no such unit: ${id}`);
    return unit;
  }

  /** A new replica, at rest unless an earlier daemon left it otherwise. Its next generation follows the newest one that ever had its id. */
  add(
    id: UnitId,
    service: ControlledService,
    index: number,
    cause: Cause,
    host: UnitHost,
    state: UnitState = { phase: "stopped" },
  ): ControlledUnit {
    const failure = state.phase === "failed" ? state.failure : null;
    const unit: Unit = { ...newUnit(this.#generations.get(id) ?? 0, cause), state, failure };
    const runner = new UnitRunner(id, unit, host);
    service.replicas.set(index, runner);
    const controlled = { service, index, runner, view: this.#viewOf(id, service, index, runner, null) };
    this.#units.set(id, controlled);
    return controlled;
  }

  remove(id: UnitId): void {
    const unit = this.#units.get(id);
    unit?.service.replicas.delete(unit.index);
    // What its process may still tell is about a unit that nobody knows.
    void unit?.runner.release();
    this.#units.delete(id);
  }

  /** Takes in what has changed of a unit, and returns how clients see it now. */
  refresh(id: UnitId): ReplicaSnapshot {
    const unit = this.find(id);
    unit.view = this.#viewOf(id, unit.service, unit.index, unit.runner, unit.view);
    this.#generations.set(id, unit.view.generation);
    return unit.view;
  }

  /** By unit: the newest generation ever, for state.json. */
  generations(): Record<string, number> {
    return Object.fromEntries(this.#generations);
  }

  #viewOf(
    id: UnitId,
    service: ControlledService,
    index: number,
    runner: UnitRunner,
    before: ReplicaSnapshot | null,
  ): ReplicaSnapshot {
    const { state, generation, restarts, failure, cause } = runner.unit;
    const isSamePhase = before !== null && before.state.phase === state.phase && before.generation === generation;
    const container = this.#facts.container(id);
    const record = runner.running?.record;
    return {
      id,
      service: service.spec.name,
      index,
      state,
      since: isSamePhase ? before.since : this.#clock.now(),
      startedAt: record?.startedAt ?? null,
      generation,
      ports: this.#facts.ports(id),
      restarts,
      failure,
      cause,
      adopted: runner.running?.isAdopted ?? false,
      outputElsewhere: record !== undefined && record.kind !== "container" && record.outputElsewhere === true,
      ...(service.spec.vendor === null ? {} : { isVendor: true as const }),
      ...(container === null ? {} : { container }),
    };
  }
}
