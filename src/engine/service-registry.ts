import type { Clock } from "../lib/clock.ts";
import type { Cause } from "../model/cause.ts";
import type { FleetSpec } from "../model/fleet.ts";
import type { ServiceSpec } from "../model/service.ts";
import { type ControlledService, notWanted } from "./controlled-service.ts";
import { dependentsOf } from "./graph.ts";
import type { WantedService } from "./state/fleet-state.ts";

/** The services and vendors under supervision: those of the config, and those that left it and still have a replica to end. */
export class ServiceRegistry {
  readonly #clock: Clock;
  readonly #services = new Map<string, ControlledService>();
  #dependents = new Map<string, string[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Service → the services that depend on it directly. */
  get dependents(): ReadonlyMap<string, readonly string[]> {
    return this.#dependents;
  }

  get(name: string): ControlledService | undefined {
    return this.#services.get(name);
  }

  /** By name, in the config's order, vendors last. A view, not a copy: it changes with the registry. */
  get byName(): ReadonlyMap<string, ControlledService> {
    return this.#services;
  }

  /** In the config's order. */
  all(): ControlledService[] {
    return [...this.#services.values()];
  }

  configured(): ControlledService[] {
    return this.all().filter((s) => s.isConfigured);
  }

  /** Takes over a newly read config: services come, change and go; what runs of a changed one goes on as it is. */
  apply(spec: FleetSpec, wanted: Readonly<Record<string, WantedService>>, cause: Cause): void {
    const before = new Map(this.#services);
    this.#services.clear();
    const specs = [...spec.services, ...spec.vendors];
    for (const serviceSpec of specs) {
      const known = before.get(serviceSpec.name);
      if (known === undefined)
        this.#services.set(serviceSpec.name, this.#create(serviceSpec, wanted[serviceSpec.name], cause));
      else this.#services.set(serviceSpec.name, this.#change(known, serviceSpec, cause));
    }
    for (const [name, service] of before) {
      if (this.#services.has(name)) continue;
      service.isConfigured = false;
      service.cause = cause;
      this.#services.set(name, service);
    }
    this.forgetGone();
    this.#dependents = dependentsOf(specs);
  }

  /** A service that the config does not have, for a replica that an earlier daemon left. */
  addLeftover(spec: ServiceSpec, cause: Cause): ControlledService {
    const service = { ...this.#create(spec, undefined, cause), isConfigured: false };
    this.#services.set(spec.name, service);
    return service;
  }

  /** Drops services that are gone from the config and have no replica any more; true where there was one. */
  forgetGone(): boolean {
    let isAnyGone = false;
    for (const service of this.#services.values()) {
      if (service.isConfigured || service.replicas.size > 0) continue;
      this.#services.delete(service.spec.name);
      isAnyGone = true;
    }
    return isAnyGone;
  }

  /** What is wanted of each service that somebody asked for, for state.json. */
  wishes(): Record<string, WantedService> {
    const asked = this.configured().filter(
      ({ wanted }) => wanted.isRunning || wanted.environment !== null || wanted.scale !== null || wanted.rerun != null,
    );
    return Object.fromEntries(asked.map(({ spec, wanted }) => [spec.name, wanted]));
  }

  /** As if nobody had ever asked for anything. */
  forgetWishes(): void {
    for (const service of this.#services.values()) service.wanted = notWanted();
  }

  #change(service: ControlledService, spec: ServiceSpec, cause: Cause): ControlledService {
    if (JSON.stringify(service.spec.build) !== JSON.stringify(spec.build) || service.spec.dir !== spec.dir) {
      service.artifact = null;
      service.previous = null;
      service.build = { status: "none", since: this.#clock.now(), lastMs: null, failure: null };
    }
    service.spec = spec;
    service.isConfigured = true;
    service.cause = cause;
    return service;
  }

  #create(spec: ServiceSpec, wanted: WantedService | undefined, cause: Cause): ControlledService {
    return {
      spec,
      wanted: wanted ?? notWanted(),
      cause,
      isConfigured: true,
      build: { status: "none", since: this.#clock.now(), lastMs: null, failure: null },
      artifact: null,
      previous: null,
      trouble: null,
      replicas: new Map(),
      rolling: null,
    };
  }
}
