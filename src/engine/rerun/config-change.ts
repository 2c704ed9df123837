import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";

/** What of a service decides what its processes are. Everything else is heeded as it stands, without a restart. */
const decisive = [
  "dir",
  "build",
  "run",
  "env",
  "envFiles",
  "ports",
  "ready",
  "live",
  "splitStderr",
  "oneshot",
] as const satisfies readonly (keyof ServiceSpec)[];

/**
 * The services that a new config makes another one of: those whose own settings differ where it matters, and all where
 * the fleet's environment does. A service that is new or gone is none of them. Pure.
 */
export function affectedByConfig(before: FleetSpec, after: FleetSpec): Set<string> {
  const isFleetOther = !areAlike(
    [before.env, before.envFiles, before.commands],
    [after.env, after.envFiles, after.commands],
  );
  const known = new Map(before.services.map((service) => [service.name, service]));
  const affected = new Set<string>();
  for (const service of after.services) {
    const old = known.get(service.name);
    if (old === undefined) continue;
    if (isFleetOther || decisive.some((key) => !areAlike(old[key], service[key]))) affected.add(service.name);
  }
  return affected;
}

function areAlike(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
