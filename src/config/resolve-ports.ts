import type { PortSource, PortSpec } from "../model/service.ts";
import type { PortClaim } from "./check-ports.ts";
import type { Report } from "./report.ts";
import type { ServiceInput } from "./service-schema.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** A service's ports in order, the one of `port:` first, and what they claim for it alone. */
export interface ResolvedPorts {
  ports: PortSpec[];
  claims: PortClaim[];
}

/** Name of the port that `port:` gives. */
const plainName = "http";

/** The ports of the service `unit`, described at `base`. */
export function resolvePorts(
  unit: string,
  input: ServiceInput,
  source: YamlSource,
  base: Path,
  report: Report,
): ResolvedPorts {
  const resolved: ResolvedPorts = { ports: [], claims: [] };
  const add = (name: string, portSource: PortSource, path: Path) => {
    const at = () => source.valueAt(path);
    if (resolved.ports.some((port) => port.name === name)) {
      report.error(
        "duplicate-port",
        `the port "${name}" is given twice`,
        source.keyAt(path),
        'port: gives the port "http"',
      );
      return;
    }
    resolved.ports.push({ name, source: portSource });
    if (portSource.kind === "fixed") resolved.claims.push({ unit, from: portSource.port, to: portSource.port, at });
    if (portSource.kind !== "range") return;
    resolved.claims.push({ unit, from: portSource.from, to: portSource.to, at });
    const length = portSource.to - portSource.from + 1;
    const scale = input.scale ?? 1;
    if (length < scale) {
      const noun = length === 1 ? "port" : "ports";
      const hint = `write ${portSource.from}-${portSource.from + scale - 1}`;
      report.error("short-range", `this range has ${length} ${noun} for ${scale} replicas`, at(), hint);
    }
  };
  if (input.port !== undefined) add(plainName, input.port, [...base, "port"]);
  for (const [name, portSource] of Object.entries(input.ports ?? {})) add(name, portSource, [...base, "ports", name]);
  return resolved;
}
