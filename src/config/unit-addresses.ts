import type { ServiceSpec } from "../model/service.ts";
import type { UnitAddress } from "./address-variables.ts";

/** What is to be known of a unit, to say how it is reached. */
type Addressed = Pick<ServiceSpec, "name" | "container" | "vendor">;

/** Who wants to reach the units: processes of this machine, or containers on the fleet's network. */
export type Viewpoint = "process" | "container";

/** By this name a container reaches this machine; the engine has to be told so when the container is made. */
export const hostFromContainers = "host.docker.internal";

const loopback = "127.0.0.1";

/**
 * How each unit is reached from a process, or from a container. For a process that is this machine and the published
 * port. For a container it is the unit's name on the fleet's network and the port inside, where the unit runs in a
 * container too; a unit that is a process is reached by way of this machine.
 *
 * @param portsOf the ports of a unit's first replica on this machine, by name, as far as they are known.
 * @param unavailable vendors that cannot be had, and that the fleet goes on without.
 */
export function unitAddresses(
  units: readonly Addressed[],
  portsOf: (unit: string) => Record<string, number>,
  viewpoint: Viewpoint,
  unavailable: ReadonlySet<string> = new Set(),
): Record<string, UnitAddress> {
  return Object.fromEntries(
    units.map((unit): [string, UnitAddress] => {
      const { name, vendor } = unit;
      const address = viewpoint === "process" ? fromProcess(unit, portsOf(name)) : fromContainer(unit, portsOf(name));
      const traits = vendor === null ? {} : { scheme: "tcp" as const, variables: vendor.variables };
      return [name, { ...address, ...traits, isUnavailable: unavailable.has(name) }];
    }),
  );
}

function fromProcess({ container }: Addressed, ports: Record<string, number>): UnitAddress {
  const [main] = Object.keys(ports);
  const hostIp = main === undefined ? undefined : container?.inside[main]?.hostIp;
  // What is published on all addresses is reached on the nearest one.
  const isEverywhere = hostIp === undefined || hostIp === "0.0.0.0" || hostIp === "::";
  return { host: isEverywhere ? loopback : hostIp, ports };
}

function fromContainer({ name, container }: Addressed, ports: Record<string, number>): UnitAddress {
  if (container === null) return { host: hostFromContainers, ports };
  const inside = Object.entries(ports).map(([port, number]) => [port, container.inside[port]?.port ?? number]);
  return { host: name, ports: Object.fromEntries(inside) };
}
