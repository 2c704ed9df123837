import type { UnitAddress } from "../config/address-variables.ts";
import { unitAddresses } from "../config/unit-addresses.ts";
import type { FleetState } from "../engine/state/fleet-state.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { replicaId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";

/** The ports of a replica as recorded; where one was not allocated yet, only what the config fixes is known. */
export function knownPorts(service: ServiceSpec, index: number, state: FleetState): Record<string, number> {
  const recorded = state.ports[replicaId(service.name, index)];
  if (recorded !== undefined) return recorded;
  const ports: Record<string, number> = {};
  for (const { name, source } of service.ports) {
    if (source.kind === "fixed" && index === 1) ports[name] = source.port;
    if (source.kind === "range" && source.from + index - 1 <= source.to) ports[name] = source.from + index - 1;
  }
  return ports;
}

/** The address of every service and vendor, as far as its ports are known. */
export function knownAddresses(fleet: FleetSpec, state: FleetState): Record<string, UnitAddress> {
  const units = [...fleet.services, ...fleet.vendors];
  const ports = new Map(units.map((unit) => [unit.name, knownPorts(unit, 1, state)]));
  return unitAddresses(units, (name) => ports.get(name) ?? {}, "process");
}
