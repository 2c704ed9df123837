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
import type { FleetSpec } from "../model/fleet.ts";
import { replicaId, type UnitId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { ControlledService } from "./controlled-service.ts";
import type { AdoptableStray, Driver, Launch, Running, RunRecord } from "./drivers/driver.ts";
import type { EnvironmentBook } from "./environment-book.ts";
import type { FailureOr } from "./failure-or.ts";
import type { PortBook } from "./ports/port-book.ts";
import { buildMarkerName } from "./process/markers.ts";

/** Services listen on this machine. */
const host = "127.0.0.1";

/** Puts together what a driver needs to start a unit: above all its environment. */
export class Launcher {
  readonly #driver: Driver;
  readonly #ports: PortBook;
  readonly #environments: EnvironmentBook;
  readonly #fleet: () => FleetSpec;
  readonly #onWarning: (unit: UnitId, message: string) => void;
  #known: { version: number; fleet: FleetSpec; variables: AddressVariables } | null = null;
  #plain: { callerEnv: Environment; addresses: AddressVariables; values: Environment } | null = null;
  /** What was said once is not said at every restart. */
  readonly #warned = new Set<string>();
  /** For a daemon that was asked for nothing yet: the environment that it was itself started with. */
  readonly #ownEnvironment = completeEnvironment(process.env);

  constructor(parts: {
    driver: Driver;
    ports: PortBook;
    environments: EnvironmentBook;
    fleet: () => FleetSpec;
    onWarning: (unit: UnitId, message: string) => void;
  }) {
    this.#driver = parts.driver;
    this.#ports = parts.ports;
    this.#environments = parts.environments;
    this.#fleet = parts.fleet;
    this.#onWarning = parts.onWarning;
  }

  start(service: ControlledService, index: number, generation: number): Promise<FailureOr<{ running: Running }>> {
    return this.#driver.start(this.#launch(service, index, generation));
  }

  adopt(service: ControlledService | { spec: ServiceSpec }, record: RunRecord): Running | null {
    const launch: Launch =
      "wanted" in service
        ? { ...this.#launch(service, record.index, record.generation), ports: record.ports }
        : { ...emptyLaunch(service.spec, record) };
    return this.#driver.adopt(launch, record);
  }

  /** Takes a stray over as a generation of a replica that has no process. */
  adoptStray(
    service: ControlledService,
    { index, generation, ports }: { index: number; generation: number; ports: Record<string, number> },
    stray: AdoptableStray,
  ): FailureOr<{ running: Running }> {
    const { spec, artifact } = service;
    const unit = replicaId(spec.name, index);
    return this.#driver.adoptStray({ unit, service: spec, index, generation, ports, artifact }, stray);
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
    return resolveEnvironment({ ...this.#inputOf(service, service.wanted.verb), replica });
  }

  #launch(service: ControlledService, index: number, generation: number): Launch {
    const unit = replicaId(service.spec.name, index);
    const ports = this.#ports.plan(unit, service.spec, index);
    const replica = { index, generation, ports };
    const { values, warnings } = resolveSharing({ ...this.#inputOf(service, service.wanted.verb), replica });
    for (const warning of warnings) {
      if (this.#warned.has(`${unit} ${warning}`)) continue;
      this.#warned.add(`${unit} ${warning}`);
      this.#onWarning(unit, warning);
    }
    return { unit, service: service.spec, index, generation, env: values, ports, artifact: service.artifact };
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
  #addresses(): AddressVariables {
    const fleet = this.#fleet();
    if (this.#known?.version !== this.#ports.version || this.#known.fleet !== fleet) {
      const addresses = fleet.services.map(
        ({ name }) => [name, { host, ports: this.#ports.portsOf(replicaId(name, 1)) }] as const,
      );
      this.#known = {
        version: this.#ports.version,
        fleet,
        variables: addressVariables(Object.fromEntries(addresses)),
      };
    }
    return this.#known.variables;
  }
}

/** Enough to look after, and end, what a service left behind that the config does not have any more. */
function emptyLaunch(spec: ServiceSpec, record: RunRecord): Launch {
  const { unit, index, generation, ports } = record;
  return { unit, service: spec, index, generation, env: {}, ports, artifact: null };
}
