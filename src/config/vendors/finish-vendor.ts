import type { ContainerSpec, InnerPort } from "../../model/container.ts";
import type { Dependency, PortSpec, ProbeSpec } from "../../model/service.ts";
import type { VendorSpec } from "../../model/vendor.ts";
import type { DependencyDraft } from "../check-dependencies.ts";
import type { PortClaim } from "../check-ports.ts";
import type { PlacedPort, VendorParts } from "./vendor-parts.ts";

/** A vendor with every default filled in, and the ports of this machine that it claims. */
export interface FinishedVendor {
  spec: VendorSpec;
  claims: PortClaim[];
}

/** Puts a vendor together; `oneshots` are all units of the fleet that end by themselves. */
export function finishVendor(parts: VendorParts, oneshots: ReadonlySet<string>): FinishedVendor {
  const { ports, inside } = portsOf(parts.ports);
  const claims = parts.ports.flatMap(({ port, at }): PortClaim[] => {
    const { source, protocol, hostIp } = port;
    if (source.kind === "auto") return [];
    const [from, to] = source.kind === "fixed" ? [source.port, source.port] : [source.from, source.to];
    return [{ unit: parts.spec.name, from, to, at, protocol, hostIp }];
  });
  const spec: VendorSpec = {
    ...parts.spec,
    ports,
    dependsOn: dependenciesOf(parts.dependencies, oneshots),
    ready: inner(parts.ready(ports), inside),
    live: inner(parts.live(ports), inside),
    container: { ...parts.container, inside },
  };
  return { spec, claims };
}

/**
 * A port without a name is called what Docker calls it, `5432/tcp`: a name that is a number would move to the front of
 * any map that has it, and the first port is the main one.
 */
function portsOf(placed: readonly PlacedPort[]): { ports: PortSpec[]; inside: ContainerSpec["inside"] } {
  const ports: PortSpec[] = [];
  const inside: Record<string, InnerPort> = {};
  for (const { port } of placed) {
    const { source, protocol, hostIp } = port;
    let name = port.name ?? `${port.inside}/${protocol}`;
    for (let i = 2; Object.hasOwn(inside, name); i++) {
      name = port.name === null ? `${port.inside}-${i}/${protocol}` : `${port.name}-${i}`;
    }
    ports.push({ name, source });
    inside[name] = { port: port.inside, protocol, hostIp };
  }
  return { ports, inside };
}

function dependenciesOf(drafts: readonly DependencyDraft[], oneshots: ReadonlySet<string>): Dependency[] {
  const conditions = new Map<string, Dependency["condition"]>();
  for (const { to, condition } of drafts) {
    const isKnown = condition === "started" || condition === "ready" || condition === "completed";
    conditions.set(to, isKnown ? condition : oneshots.has(to) ? "completed" : "ready");
  }
  return [...conditions].map(([name, condition]) => ({ name, condition }));
}

/** A probe of a port by its number inside is one of the port of this machine that leads there. */
function inner(probe: ProbeSpec | null, inside: ContainerSpec["inside"]): ProbeSpec | null {
  if (probe === null || !("port" in probe.action)) return probe;
  const { action } = probe;
  const match = Object.entries(inside).find(([, { port, protocol }]) => port === action.port && protocol === "tcp");
  return match === undefined ? probe : { ...probe, action: { ...action, port: match[0] } };
}
