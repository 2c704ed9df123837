import type { Cause } from "../model/cause.ts";
import type { EngineEvent } from "../model/event.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import { type ControlledService, containerOf, scaleOf } from "./controlled-service.ts";
import type { AdoptableStray, Running } from "./drivers/driver.ts";
import type { FailureOr } from "./failure-or.ts";
import type { PortBook } from "./ports/port-book.ts";
import type { ServiceRegistry } from "./service-registry.ts";
import type { WantedService } from "./state/fleet-state.ts";
import {
  type Place,
  placeForContainer,
  placeForStray,
  portsOfContainer,
  portsOfStray,
} from "./strays/place-for-stray.ts";
import type { UnitHost } from "./unit/unit-runner.ts";
import type { UnitTable } from "./unit-table.ts";

export interface StrayAdoptionParts {
  services: ServiceRegistry;
  units: UnitTable;
  host: UnitHost;
  ports: PortBook;
  publish(event: EngineEvent): void;
  want(service: ControlledService, change: Partial<WantedService>, cause: Cause): void;
  /** Has the driver take it over. */
  takeOver(
    service: ControlledService,
    replica: { index: number; generation: number; ports: Record<string, number> },
    stray: AdoptableStray,
  ): FailureOr<{ running: Running }>;
}

/** Makes replicas of strays. */
export class StrayAdoption {
  readonly #parts: StrayAdoptionParts;

  constructor(parts: StrayAdoptionParts) {
    this.#parts = parts;
  }

  /**
   * Makes a replica of a stray, as it runs: one that is wanted and has no process, else one more. Returns which; null
   * where the service is gone from the config, runs otherwise than the stray, or its log cannot be written.
   */
  adopt(stray: AdoptableStray, cause: Cause): UnitId | null {
    const { services, units, host, ports, publish, want, takeOver } = this.#parts;
    const service = services.get(stray.service);
    if (service === undefined || !service.isConfigured) return null;
    if (stray.kind === "container" && containerOf(service) === null) return null;
    const scale = Math.max(1, scaleOf(service));
    const places = this.#placesOf(service, scale);
    const isProcess = stray.kind === "process";
    const place = isProcess ? placeForStray(stray, places) : placeForContainer(stray.index, places);
    const spare = places.at(-1);
    // The one more than there are to be was only thought of.
    if (spare?.phase === null && place !== spare) ports.forget(replicaId(service.spec.name, spare.index));
    if (place === null) return null;
    const { index } = place;
    const unit = replicaId(service.spec.name, index);
    if (!units.has(unit)) {
      publish({ kind: "replicaAdded", replica: units.add(unit, service, index, cause, host).view });
    }
    const { runner } = units.find(unit);
    const claimed = isProcess && stray.markers?.replica === index ? stray.markers.generation : 0;
    const generation = claimed > 0 && claimed >= runner.unit.generation ? claimed : runner.unit.generation + 1;
    const own = isProcess
      ? portsOfStray(place.ports, stray.ports)
      : portsOfContainer(place.ports, containerOf(service)?.inside ?? {}, stray.published);
    const adopted = takeOver(service, { index, generation, ports: own }, stray);
    if (!adopted.ok) return null;
    ports.keep(unit, { ...place.ports, ...own });
    const { wanted } = service;
    const others = wanted.isRunning ? wanted.stoppedIndexes : places.slice(0, scale).map((p) => p.index);
    const stoppedIndexes = others.filter((other) => other !== index);
    want(service, { isRunning: true, stoppedIndexes, scale: index > scaleOf(service) ? index : wanted.scale }, cause);
    runner.adopt(adopted.running, generation, stray.startedAt, cause);
    return unit;
  }

  /** The replicas that there are to be, and one more. */
  #placesOf({ spec, replicas }: ControlledService, scale: number): Place[] {
    return Array.from({ length: scale + 1 }, (_, i): Place => {
      const index = i + 1;
      const phase = replicas.get(index)?.unit.state.phase ?? null;
      return { index, phase, ports: this.#parts.ports.plan(replicaId(spec.name, index), spec, index) };
    });
  }
}
