import { join } from "node:path";
import { type ResolvedEnvironment, resolveEnvironment } from "../config/resolve-environment.ts";
import type { FleetState } from "../engine/state/fleet-state.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { knownAddresses } from "./known-ports.ts";

/** What all services of a fleet have in common, for what belongs to none of them: no `PORT` and no marker. */
export function sharedEnvironment(
  fleet: FleetSpec,
  state: FleetState,
  caller: { verb: string; env: Record<string, string>; overrides: Record<string, string> },
): ResolvedEnvironment {
  return resolveEnvironment({
    fleet,
    service: { name: "", file: join(fleet.root, "orchestra.yml"), env: {}, envFiles: [] },
    verb: caller.verb,
    callerEnv: caller.env,
    overrides: caller.overrides,
    replica: null,
    addresses: knownAddresses(fleet, state),
  });
}
