import { join } from "node:path";
import { type AddressVariables, addressVariables } from "../config/address-variables.ts";
import {
  completeEnvironment,
  type Environment,
  type EnvironmentInput,
  type ResolvedEnvironment,
  resolveEnvironment,
  resolveSharing,
} from "../config/resolve-environment.ts";
import { unitAddresses, type Viewpoint } from "../config/unit-addresses.ts";
import type { ContainerSpec } from "../model/container.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";
import { type ControlledService, containerOf } from "./controlled-service.ts";
import type { ContainerDriver } from "./drivers/container/container-driver.ts";
import type { AdoptableStray, Launch, Running, RunRecord } from "./drivers/driver.ts";
import type { ProcessDriver } from "./drivers/process-driver.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FailureOr } from "./failure-or.ts";
import type { PortBook } from "./ports/port-book.ts";
import { buildMarkerName } from "./process/markers.ts";

/** Puts together what a driver needs to start a unit: above all its environment. */
export class Launcher {
  readonly #processes: ProcessDriver;
  readonly #containers: ContainerDriver;
  readonly #ports: PortBook;
  readonly #environments: EnvironmentBook;
  readonly #fleet: () => FleetSpec;
  readonly #unavailable: () => ReadonlySet<string>;
  readonly #onWarning: (unit: UnitId, message: string) => void;
  #known = new Map<Viewpoint, { version: number; fleet: FleetSpec; without: string; variables: AddressVariables }>();
  #plain: { callerEnv: Environment; addresses: AddressVariables; values: Environment } | null = null;
  /** What was said once is not said at every restart. */
  readonly #warned = new Set<string>();
  /** For a daemon that was asked for nothing yet: the environment that it was itself started with. */
  readonly #ownEnvironment = completeEnvironment(process.env);

  constructor(parts: {
    processes: ProcessDriver;
    containers: ContainerDriver;
    ports: PortBook;
    environments: EnvironmentBook;
    fleet: () => FleetSpec;
    /** Optional vendors that the fleet goes on without. */
    unavailable: () => ReadonlySet<string>;
    onWarning: (unit: UnitId, message: string) => void;
  }) {
    this.#processes = parts.processes;
    this.#containers = parts.containers;
    this.#unavailable = parts.unavailable;
    this.#ports = parts.ports;
    this.#environments = parts.environments;
    this.#fleet = parts.fleet;
    this.#onWarning = parts.onWarning;
  }

  start(
    service: ControlledService,
    { index, generation }: { index: number; generation: number },
    signal: AbortSignal,
  ): Promise<FailureOr<{ running: Running }>> {
    const launch = this.#launch(service, index, generation);
    return launch.container === null ? this.#processes.start(launch) : this.#containers.start(launch, signal);
  }

  adopt(service: ControlledService | { spec: ServiceSpec }, record: RunRecord): Running | null {
    const launch: Launch =
      "wanted" in service
        ? { ...this.#launch(service, record.index, record.generation), ports: record.ports }
        : { ...emptyLaunch(service.spec, record) };
    const driver = record.kind === "container" ? this.#containers : this.#processes;
    return driver.adopt(launch, record);
  }

  /** Takes a stray over as a generation of a replica that has no process. */
  adoptStray(
    service: ControlledService,
    { index, generation, ports }: { index: number; generation: number; ports: Record<string, number> },
    stray: AdoptableStray,
  ): FailureOr<{ running: Running }> {
    const { spec, artifact } = service;
    const unit = replicaId(spec.name, index);
    const container = containerOf(service);
    const launch: Launch = { unit, service: spec, index, generation, env: {}, ports, artifact, container, pull: null };
    return stray.kind === "container"
      ? this.#containers.adoptStray(launch, stray)
      : this.#processes.adoptStray(launch, stray);
  }

  /**
   * The environment of a service's build. Services that say nothing of their own share one object, so that what is
   * worked out of it is worked out once.
   */
  buildEnvironment(service: ControlledService): Environment {
    const input = { ...this.#inputOf(service, "build"), replica: null };
    const { env, envFiles } = service.spec;
    const isOwn = Object.keys(env).length + envFiles.length + Object.keys(service.wanted.overrides).length > 0;
    const marker = { [buildMarkerName]: this.#fleet().id };
    const container = containerOf(service);
    if (container !== null) return { ...resolveEnvironment(input).values, ...marker, ...forContainer(container, env) };
    if (isOwn) return { ...resolveEnvironment(input).values, ...marker };
    const { callerEnv, addresses } = input;
    if (this.#plain?.callerEnv !== callerEnv || this.#plain.addresses !== addresses) {
      const { values } = resolveEnvironment({ ...input, service: { ...service.spec, name: "" } });
      this.#plain = { callerEnv, addresses, values: { ...values, ...marker } };
    }
    return this.#plain.values;
  }

  /** The environment of a verb's hooks: the caller's, and what orchestra.yml says for all and for the verb. No markers. */
  hookEnvironment(verb: string, callerEnv: Record<string, string>): Record<string, string> {
    const fleet = this.#fleet();
    const { values, origins } = resolveEnvironment({
      fleet,
      service: { name: "", file: join(fleet.root, "orchestra.yml"), env: {}, envFiles: [] },
      verb,
      callerEnv,
      overrides: {},
      replica: null,
      addresses: this.#addresses(),
    });
    // A service writes to a file that we show; what a hook prints goes to the caller, who knows about colours.
    if (origins.FORCE_COLOR === "orchestra") delete values.FORCE_COLOR;
    return values;
  }

  /** A replica's environment, with the origin of each value: of the last start for what runs, else of the next. */
  environment(service: ControlledService, replica: NonNullable<EnvironmentInput["replica"]>): ResolvedEnvironment {
    const container = containerOf(service);
    return container === null
      ? resolveEnvironment({ ...this.#inputOf(service, service.wanted.verb), replica })
      : this.#insideContainer(service, container, replica);
  }

  /**
   * What a container gets: what the config says, and where the others are as seen from there. The caller's own environment
   * is this machine's, and stays outside; a vendor is nobody's program, and knows of nothing of ours.
   */
  #insideContainer(
    service: ControlledService,
    { inside }: ContainerSpec,
    replica: NonNullable<EnvironmentInput["replica"]>,
  ): ResolvedEnvironment {
    const isVendor = service.spec.vendor !== null;
    const ports = Object.fromEntries(
      Object.entries(replica.ports).map(([name, port]) => [name, inside[name]?.port ?? port]),
    );
    const { values, origins, warnings } = resolveEnvironment({
      ...this.#inputOf(service, service.wanted.verb),
      addresses: this.#addresses("container"),
      replica: { ...replica, ports },
    });
    const own = Object.entries(values).filter(([name]) => {
      const origin = origins[name];
      return origin !== "shell" && !(isVendor && origin === "orchestra");
    });
    return { values: Object.fromEntries(own), origins, warnings };
  }

  #launch(service: ControlledService, index: number, generation: number): Launch {
    const unit = replicaId(service.spec.name, index);
    const ports = this.#ports.plan(unit, service.spec, index);
    const replica = { index, generation, ports };
    const container = containerOf(service);
    const { values, warnings } =
      container === null
        ? resolveSharing({ ...this.#inputOf(service, service.wanted.verb), replica })
        : this.#insideContainer(service, container, replica);
    for (const warning of warnings) {
      if (this.#warned.has(`${unit} ${warning}`)) continue;
      this.#warned.add(`${unit} ${warning}`);
      this.#onWarning(unit, warning);
    }
    const { spec, artifact, wanted } = service;
    const asked = wanted.pull ?? container?.pull ?? null;
    // A registry is asked for something newer when a person starts it, and not at each crash.
    const isRestart = (service.replicas.get(index)?.unit.restarts ?? 0) > 0;
    const pull = isRestart && asked === "always" ? "missing" : asked;
    return { unit, service: spec, index, generation, env: values, ports, artifact, container, pull };
  }

  #inputOf(
    service: ControlledService,
    verb: string,
  ): Omit<EnvironmentInput, "replica" | "addresses"> & { addresses: AddressVariables } {
    return {
      fleet: this.#fleet(),
      service: service.spec,
      verb,
      callerEnv: this.#environments.get(service.wanted.environment) ?? this.#ownEnvironment,
      overrides: service.wanted.overrides,
      addresses: this.#addresses(),
    };
  }

  /** Worked out once for as long as no port and no config changes: two hundred starts share it. */
  #addresses(viewpoint: Viewpoint = "process"): AddressVariables {
    const fleet = this.#fleet();
    const { version } = this.#ports;
    const unavailable = this.#unavailable();
    const without = [...unavailable].join(" ");
    const known = this.#known.get(viewpoint);
    if (known?.version === version && known.fleet === fleet && known.without === without) return known.variables;
    const portsOf = (name: string): Record<string, number> => this.#ports.portsOf(replicaId(name, 1));
    const units = [...fleet.services, ...fleet.vendors];
    const variables = addressVariables(unitAddresses(units, portsOf, viewpoint, unavailable));
    this.#known.set(viewpoint, { version, fleet, without, variables });
    return variables;
  }
}

/** A binary that needs nothing of the system around it; with an image of its own to stand on, it may need some. */
function forContainer({ image }: ContainerSpec, own: Record<string, string>): Environment {
  return { GOOS: "linux", ...(image === null && own.CGO_ENABLED === undefined ? { CGO_ENABLED: "0" } : {}) };
}

/** Enough to look after, and end, what a service left behind that the config does not have any more. */
function emptyLaunch(spec: ServiceSpec, record: RunRecord): Launch {
  const { unit, index, generation, ports } = record;
  return { unit, service: spec, index, generation, env: {}, ports, artifact: null, container: null, pull: null };
}
