import { addressVariables, portPart } from "../../config/address-variables.ts";
import { resolveEnvironment } from "../../config/resolve-environment.ts";
import type { TestKind } from "../../engine/tests/run-tests.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { knownAddresses, knownPorts } from "../known-ports.ts";
import { withoutMarkers } from "../markerless-environment.ts";
import { readState } from "../offline-state.ts";

/**
 * What the tests of a service get: its own environment, without markers. Acceptance tests are told where it listens, as
 * `PORT` and as others are told (`ORDERS_URL`); other tests get neither, since the port is the service's to listen on.
 */
export function testEnvironment(
  fleet: FleetSpec,
  service: ServiceSpec,
  kind: TestKind,
  caller: { env: Record<string, string>; overrides: Record<string, string> },
): { env: Record<string, string>; warnings: string[] } {
  const state = readState(fleet.root);
  const resolved = resolveEnvironment({
    fleet,
    service,
    verb: "test",
    callerEnv: caller.env,
    overrides: caller.overrides,
    replica: null,
    addresses: knownAddresses(fleet, state),
  });
  const env = withoutMarkers(resolved);
  if (kind === "unit") return { env, warnings: resolved.warnings };
  const ports = knownPorts(service, 1, state);
  const own = addressVariables({ [service.name]: { host: "127.0.0.1", ports } }).all;
  const [main, ...others] = Object.entries(ports);
  if (main !== undefined) env.PORT = String(main[1]);
  for (const [name, port] of others) env[`PORT_${portPart(name)}`] = String(port);
  return { env: { ...env, ...own }, warnings: resolved.warnings };
}
