import { Unreachable } from "../daemon/unreachable-daemon.ts";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { EngineClient } from "../model/client.ts";
import { hasErrors } from "../model/diagnostic.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import type { CliContext } from "./cli-context.ts";
import { configAbort } from "./reply-abort.ts";

/** A fleet with a daemon to talk to. */
export interface OpenFleet {
  root: string;
  client: EngineClient;
  /** This program started the daemon, just now. */
  startedDaemon: boolean;
}

/** The root of the fleet that the current folder belongs to. */
export async function locateFleet(context: CliContext): Promise<string> {
  const { findFleetRoot } = await import("../config/find-root.ts");
  return findFleetRoot(context.cwd);
}

/** Connects to the fleet's daemon; null where none runs. Starts nothing. */
export async function openRunningFleet(context: CliContext): Promise<{ root: string; client: EngineClient | null }> {
  const root = await locateFleet(context);
  return { root, client: await context.daemons.connect(root) };
}

/** How often a daemon may go away between accepting a connection and its answer, before that is an error. */
const mostVanishings = 3;

/**
 * The fleet as its daemon sees it, or null where none runs. A daemon that is just ending, or being replaced, may accept
 * a connection and answer nothing: then it is looked again who is there.
 */
export async function openFleetToRead(
  context: CliContext,
): Promise<{ root: string; running: { client: EngineClient; snapshot: FleetSnapshot } | null }> {
  for (let vanished = 0; ; ) {
    const { root, client } = await openRunningFleet(context);
    if (client === null) return { root, running: null };
    try {
      return { root, running: { client, snapshot: await client.snapshot() } };
    } catch (error) {
      await client.close();
      vanished++;
      if (!(error instanceof Unreachable) || error.kind !== "gone" || vanished === mostVanishings) throw error;
    }
  }
}

/**
 * Connects to the fleet's daemon, which is started where none runs: but not for a fleet whose config has mistakes, nor
 * where there is nothing to run.
 */
export async function openFleet(context: CliContext): Promise<OpenFleet> {
  const { root, client } = await openRunningFleet(context);
  if (client !== null) return { root, client, startedDaemon: false };
  const { loadFleet } = await import("../config/load-fleet.ts");
  const { spec, diagnostics } = loadFleet(root);
  if (spec === null || hasErrors(diagnostics)) throw await configAbort(diagnostics, root, context.stderr.hasColor);
  if (spec.services.length + spec.vendors.length === 0) throw nothingToRun(root);
  const { client: fresh, started } = await context.daemons.ensure(root);
  return { root, client: fresh, startedDaemon: started };
}

/** There is no service in the fleet. */
export function nothingToRun(root: string): Abort {
  return new Abort(
    exitCodes.usage,
    `there is no service in ${root}: looked for service.yml in each of its folders, and for services: in orchestra.yml`,
    "an empty service.yml in the folder of a Go program, or beside a package.json, is enough: touch api/service.yml",
  );
}

/**
 * The fleet as far as something of it runs: its daemon, or, where only services outlived theirs, a new one that takes
 * them over; null where nothing runs.
 */
export async function openLivingFleet(context: CliContext): Promise<{ root: string; fleet: OpenFleet | null }> {
  const { root, client } = await openRunningFleet(context);
  if (client !== null) return { root, fleet: { root, client, startedDaemon: false } };
  const { readContainerRecords, readLivingUnits } = await import("./offline-state.ts");
  if (readLivingUnits(root).length + readContainerRecords(root).length === 0) return { root, fleet: null };
  const { client: fresh, started } = await context.daemons.ensure(root);
  return { root, fleet: { root, client: fresh, startedDaemon: started } };
}
