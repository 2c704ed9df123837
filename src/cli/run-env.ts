import { loadFleet } from "../config/load-fleet.ts";
import { type ResolvedEnvironment, resolveEnvironment } from "../config/resolve-environment.ts";
import { resolveSelection } from "../engine/selection.ts";
import type { FleetState } from "../engine/state/fleet-state.ts";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { parseUnitId, replicaId } from "../model/ids.ts";
import { maskSecret } from "../model/mask-secret.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { CliContext } from "./cli-context.ts";
import { knownAddresses, knownPorts } from "./known-ports.ts";
import { withoutMarkers } from "./markerless-environment.ts";
import { readState } from "./offline-state.ts";
import { locateFleet, nothingToRun } from "./open-fleet.ts";
import { formatExports } from "./output/export-lines.ts";
import { listNames } from "./output/list-names.ts";
import { paint } from "./output/paint.ts";
import { printableWords } from "./output/printable.ts";
import { formatTable } from "./output/table.ts";
import { abortOf, configAbort } from "./reply-abort.ts";
import { sharedEnvironment } from "./shared-environment.ts";

/** What `orchestra env` is asked. */
export interface EnvRun {
  /** `api` or `api#2`; null: every service. */
  name: string | null;
  showsOrigin: boolean;
  showsShell: boolean;
  reveals: boolean;
  overrides: Record<string, string>;
  /** Lines for a shell to evaluate. */
  exports: boolean;
  json: boolean;
}

interface Variable {
  name: string;
  value: string;
  origin: string;
}

/** Prints the environment that services get, from the config and what state.json knows; needs no daemon. */
export async function runEnv(context: CliContext, run: EnvRun): Promise<void> {
  const root = await locateFleet(context);
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  if (spec.services.length === 0) throw nothingToRun(root);
  const { services, index } = await chosen(spec, run.name);
  const state = readState(root);
  if (run.exports) {
    exportVariables(context, spec, run.name === null ? null : onlyOne(services, run.name), index, state, run);
    return;
  }
  const shown = services.map((service) => {
    const resolved = resolve(context, spec, service, index, state, run);
    return { service, variables: variablesOf(resolved, run.reveals), warnings: resolved.warnings };
  });
  if (run.json) {
    const byService = shown.map(({ service, variables }) => [
      service.name,
      Object.fromEntries(variables.map(({ name, value, origin }) => [name, { value, origin }])),
    ]);
    context.stdout.write(`${JSON.stringify(Object.fromEntries(byService))}\n`);
    return;
  }
  for (const { service, variables, warnings } of shown) {
    const own = variables.filter((v) => run.showsShell || v.origin !== "shell");
    if (shown.length > 1) context.stdout.write(`${paint(context.stdout.hasColor, "bold", `# ${service.name}`)}\n`);
    context.stdout.write(format(own, run.showsOrigin, context.stdout.hasColor));
    for (const warning of warnings) context.stderr.write(`${service.name}: ${printableWords(warning)}\n`);
    const hidden = variables.length - own.length;
    if (hidden > 0 && shown.length === 1) context.stderr.write(`and ${hidden} from the shell, unchanged (--all)\n`);
  }
}

async function chosen(spec: FleetSpec, name: string | null): Promise<{ services: ServiceSpec[]; index: number }> {
  if (name === null) return { services: spec.services, index: 1 };
  const resolved = resolveSelection({ names: [name], except: [] }, spec, []);
  if (!resolved.ok) throw await abortOf(resolved.error, spec.root, false);
  const { services, replicas } = resolved.selected;
  const names = new Set([...services, ...replicas.map((r) => r.service)]);
  return { services: spec.services.filter((s) => names.has(s.name)), index: parseUnitId(name).index ?? 1 };
}

/** For a shell to evaluate: unmasked, without markers, and without what the shell has already unless that is asked for. */
function exportVariables(
  context: CliContext,
  fleet: FleetSpec,
  service: ServiceSpec | null,
  index: number,
  state: FleetState,
  run: EnvRun,
): void {
  const resolved =
    service === null
      ? sharedEnvironment(fleet, state, { verb: "start", env: context.env, overrides: run.overrides })
      : resolve(context, fleet, service, index, state, run);
  for (const warning of resolved.warnings) context.stderr.write(`${printableWords(warning)}\n`);
  const variables = Object.entries(withoutMarkers(resolved))
    .filter(([name]) => run.showsShell || (resolved.origins[name] ?? "shell") !== "shell")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { text, leftOut } = formatExports(variables);
  context.stdout.write(text);
  if (leftOut.length > 0) {
    context.stderr.write(`left out, since no shell takes such a name: ${printableWords(listNames(leftOut))}\n`);
  }
}

function onlyOne(services: readonly ServiceSpec[], name: string): ServiceSpec {
  const [service, another] = services;
  if (service !== undefined && another === undefined) return service;
  throw new Abort(exitCodes.usage, `"${name}" is not one service`, "--export takes the name of one, or none");
}

function resolve(
  context: CliContext,
  fleet: FleetSpec,
  service: ServiceSpec,
  index: number,
  state: FleetState,
  run: EnvRun,
): ResolvedEnvironment {
  const unit = replicaId(service.name, index);
  const wanted = state.wanted[service.name];
  // What runs has the environment of whoever started it, and keeps it over restarts by policy.
  const lastStart =
    wanted?.isRunning === true && wanted.environment !== null ? state.environments[wanted.environment] : undefined;
  return resolveEnvironment({
    fleet,
    service,
    verb: wanted?.isRunning === true ? wanted.verb : "start",
    callerEnv: lastStart ?? context.env,
    overrides: { ...(lastStart === undefined ? {} : wanted?.overrides), ...run.overrides },
    replica: { index, generation: state.generations[unit] ?? 1, ports: knownPorts(service, index, state) },
    addresses: knownAddresses(fleet, state),
  });
}

function variablesOf({ values, origins }: ResolvedEnvironment, reveals: boolean): Variable[] {
  return Object.entries(values)
    .map(([name, value]) => ({
      name,
      value: reveals ? value : maskSecret(name, value),
      origin: origins[name] ?? "shell",
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function format(variables: readonly Variable[], showsOrigin: boolean, hasColor: boolean): string {
  if (!showsOrigin) return variables.map((v) => `${v.name}=${printableWords(v.value)}\n`).join("");
  return formatTable(variables.map((v) => [paint(hasColor, "dim", v.origin), `${v.name}=${printableWords(v.value)}`]));
}
