import { randomUUID } from "node:crypto";
import { loadFleet } from "../config/load-fleet.ts";
import { resolveEnvironment } from "../config/resolve-environment.ts";
import { hooksOf, runHooks } from "../engine/hook-runner.ts";
import { runInForeground } from "../engine/process/run-in-foreground.ts";
import { resolveSelection } from "../engine/selection.ts";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { shellQuote } from "../lib/shell-quote.ts";
import type { FleetSpec } from "../model/fleet.ts";
import type { ServiceSpec } from "../model/service.ts";
import type { CliContext } from "./cli-context.ts";
import { findProgram } from "./find-program.ts";
import { printHookOutput } from "./hook-printer.ts";
import { knownAddresses } from "./known-ports.ts";
import { withoutMarkers } from "./markerless-environment.ts";
import { readState } from "./offline-state.ts";
import { locateFleet } from "./open-fleet.ts";
import { printableWords } from "./output/printable.ts";
import { abortOf, configAbort } from "./reply-abort.ts";
import { sharedEnvironment } from "./shared-environment.ts";

/** What `orchestra run` is asked. */
export interface ServiceCommand {
  service: string;
  /** Program and arguments, each as it is. */
  words: readonly string[];
  overrides: Record<string, string>;
}

/** A shell's codes for what cannot be executed, which scripts know. */
const notExecutable = 126;
const notFound = 127;

/**
 * Runs a command in a service's folder, with the environment that its programs get but for markers and `PORT`: that is
 * the service's to listen on. Needs no daemon and starts none. Resolves to the command's exit code, as a shell says it.
 */
export async function runInService(context: CliContext, run: ServiceCommand): Promise<number> {
  const root = await locateFleet(context);
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  const service = await serviceOf(spec, run.service);
  const [word] = run.words;
  if (word === undefined) {
    throw new Abort(
      exitCodes.usage,
      `there is no command to run in ${service.name}`,
      `write it after two dashes: orchestra run ${service.name} -- go test ./...`,
    );
  }
  const env = environmentOf(context, spec, service, run);
  const found = findProgram(word, service.dir, env.PATH);
  if (found !== "found") throw unusable(word, service, found);

  await hooks(context, spec, "before");
  // The shell becomes the program, so that a signal to it is a signal to the program.
  const child = runInForeground(`exec ${run.words.map(shellQuote).join(" ")}`, { cwd: service.dir, env });
  // What is typed at a terminal reaches the command by itself; what was sent to us alone does not.
  const isAtTerminal = context.isInteractive || context.stdout.isTty || context.stderr.isTty;
  const unlisten = context.onInterrupt((interrupt) => {
    if (interrupt !== "SIGINT" || !isAtTerminal) child.forward(interrupt);
  });
  try {
    const code = await child.done;
    if (code === 0) await hooks(context, spec, "after");
    return code;
  } finally {
    unlisten();
  }
}

async function serviceOf(spec: FleetSpec, name: string): Promise<ServiceSpec> {
  const resolved = resolveSelection({ names: [name], except: [] }, spec, []);
  if (!resolved.ok) throw await abortOf(resolved.error, spec.root, false);
  const { services, replicas } = resolved.selected;
  const names = new Set([...services, ...replicas.map((r) => r.service)]);
  const [service, another] = spec.services.filter((s) => names.has(s.name));
  if (service === undefined || another !== undefined) {
    throw new Abort(
      exitCodes.usage,
      `"${name}" is not one service`,
      "run takes the name of one: orchestra run api -- ls",
    );
  }
  return service;
}

function environmentOf(
  context: CliContext,
  fleet: FleetSpec,
  service: ServiceSpec,
  run: ServiceCommand,
): Record<string, string> {
  const resolved = resolveEnvironment({
    fleet,
    service,
    verb: "run",
    callerEnv: context.env,
    overrides: run.overrides,
    replica: null,
    addresses: knownAddresses(fleet, readState(fleet.root)),
  });
  for (const warning of resolved.warnings) context.stderr.write(`${service.name}: ${printableWords(warning)}\n`);
  return { ...withoutMarkers(resolved), PWD: service.dir };
}

/** Their output is no part of the command's, so it goes to standard error. */
async function hooks(context: CliContext, fleet: FleetSpec, when: "before" | "after"): Promise<void> {
  const commands = hooksOf(fleet, "run", when);
  if (commands.length === 0) return;
  const commandId = randomUUID();
  const caller = { verb: "run", env: context.env, overrides: {} };
  const env = withoutMarkers(sharedEnvironment(fleet, readState(fleet.root), caller));
  const failed = await runHooks(commands, fleet, env, commandId, (event) =>
    printHookOutput(event, commandId, context.stderr),
  );
  if (failed !== null) throw new Abort(exitCodes.failed, failed.message);
}

function unusable(word: string, service: ServiceSpec, found: "missing" | "not-executable"): Abort {
  const isPath = word.includes("/");
  if (found === "not-executable") {
    return new Abort(notExecutable, `cannot run ${word} in ${service.name}: it is not executable`, `chmod +x it`);
  }
  return new Abort(
    notFound,
    `there is no ${isPath ? "" : "command "}"${word}" ${isPath ? `in ${service.dir}` : `in the PATH of ${service.name}`}`,
    isPath ? null : `see its PATH: orchestra env ${service.name} --all`,
  );
}
