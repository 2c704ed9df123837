import { loadFleet } from "../config/load-fleet.ts";
import { resolveEnvironment } from "../config/resolve-environment.ts";
import { resolveSelection } from "../engine/selection.ts";
import type { FleetState } from "../engine/state/fleet-state.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { parseUnitId, replicaId } from "../model/ids.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { CliContext } from "./cli-context.ts";
import { maskSecret } from "./mask-secret.ts";
import { readState } from "./offline-state.ts";
import { locateFleet, nothingToRun } from "./open-fleet.ts";
import { paint } from "./output/paint.ts";
import { printableWords } from "./output/printable.ts";
import { formatTable } from "./output/table.ts";
import { abortOf, configAbort } from "./reply-abort.ts";

/** What `orchestra env` is asked. */
export interface EnvRun {
  /** `api` or `api#2`; null: every service. */
  name: string | null;
  showsOrigin: boolean;
  showsShell: boolean;
  reveals: boolean;
  overrides: Record<string, string>;
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
  const shown = services.map((service) => ({ service, ...resolve(context, spec, service, index, state, run) }));
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

function resolve(
  context: CliContext,
  fleet: FleetSpec,
  service: ServiceSpec,
  index: number,
  state: FleetState,
  run: EnvRun,
): { variables: Variable[]; warnings: string[] } {
  const unit = replicaId(service.name, index);
  const wanted = state.wanted[service.name];
  // What runs has the environment of whoever started it, and keeps it over restarts by policy.
  const lastStart =
    wanted?.isRunning === true && wanted.environment !== null ? state.environments[wanted.environment] : undefined;
  const { values, origins, warnings } = resolveEnvironment({
    fleet,
    service,
    verb: wanted?.isRunning === true ? wanted.verb : "start",
    callerEnv: lastStart ?? context.env,
    overrides: { ...(lastStart === undefined ? {} : wanted?.overrides), ...run.overrides },
    replica: { index, generation: state.generations[unit] ?? 1, ports: portsOf(service, index, state) },
    addresses: Object.fromEntries(
      fleet.services.map((s) => [s.name, { host: "127.0.0.1", ports: portsOf(s, 1, state) }]),
    ),
  });
  const variables = Object.entries(values)
    .map(([name, value]) => ({
      name,
      value: run.reveals ? value : maskSecret(name, value),
      origin: origins[name] ?? "shell",
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { variables, warnings };
}

/** As recorded; where a port was not allocated yet, only what the config fixes is known. */
function portsOf(service: ServiceSpec, index: number, state: FleetState): Record<string, number> {
  const recorded = state.ports[replicaId(service.name, index)];
  if (recorded !== undefined) return recorded;
  const ports: Record<string, number> = {};
  for (const { name, source } of service.ports) {
    if (source.kind === "fixed" && index === 1) ports[name] = source.port;
    if (source.kind === "range" && source.from + index - 1 <= source.to) ports[name] = source.from + index - 1;
  }
  return ports;
}

function format(variables: readonly Variable[], showsOrigin: boolean, hasColor: boolean): string {
  if (!showsOrigin) return variables.map((v) => `${v.name}=${printableWords(v.value)}\n`).join("");
  return formatTable(variables.map((v) => [paint(hasColor, "dim", v.origin), `${v.name}=${printableWords(v.value)}`]));
}
