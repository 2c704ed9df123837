import { randomUUID } from "node:crypto";
import { runInForeground } from "../engine/process/run-in-foreground.ts";
import { Abort } from "../lib/abort.ts";
import { errnoOf } from "../lib/errno.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import type { EngineClient } from "../model/client.ts";
import type { DashboardOutcome, ScreenOptions } from "../ui/run-dashboard.tsx";
import type { CliContext, Interrupt } from "./cli-context.ts";
import { FleetAtRoot } from "./fleet-door.ts";
import { interruptExitCode } from "./interrupt-exit-code.ts";
import { readLivingUnits } from "./offline-state.ts";
import { locateFleet } from "./open-fleet.ts";
import { readUserSettings } from "./user-settings.ts";
import { watchUserSettings } from "./watch-user-settings.ts";

/**
 * Opens the dashboard and stays until it is left; where there is no fleet to show, it says why and waits for one. `starts`: what has `autostart` is
 * started where nobody has asked for anything yet.
 */
export async function openDashboard(
  context: CliContext,
  options: { starts: boolean; isScreenReader: boolean },
): Promise<number> {
  const { runDashboard, runFirstRun } = await loadDashboard();
  const door = new FleetAtRoot(await locateFleet(context), context, options);
  try {
    const first = await door.look();
    const { config, diagnostics } = await readUserSettings(context.env);
    const screen: ScreenOptions = {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      env: context.env,
      settings: { ...config, diagnostics },
      watchSettings: (onRead) => watchUserSettings(context.env, onRead),
      // Without the option it is for Ink to find out.
      ...(options.isScreenReader ? { isScreenReader: true } : {}),
      callerEnv: context.env,
      startDaemon: () => door.startDaemon(),
      openExternal: (command, signal) => openExternal(command, context, signal),
    };
    const outcome =
      first.kind === "opened"
        ? await runDashboard({ ...screen, ...first.fleet })
        : await runFirstRun({ ...screen, door, trouble: first.trouble });
    return await endOf(outcome, door, context);
  } finally {
    await door.opened?.client.close();
  }
}

/** Loaded here alone: a plain verb never needs it. */
async function loadDashboard(): Promise<typeof import("../ui/run-dashboard.tsx")> {
  try {
    return await import("../ui/run-dashboard.tsx");
  } catch (error) {
    // Node runs the verbs from source, and has no notion of JSX.
    if (errnoOf(error) !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    throw new Abort(exitCodes.usage, "the dashboard does not run from source", "npm run build, then bin/orchestra");
  }
}

async function endOf(outcome: DashboardOutcome, door: FleetAtRoot, context: CliContext): Promise<number> {
  switch (outcome.kind) {
    case "interrupted":
      if (outcome.error !== undefined) throw outcome.error;
      return outcome.signal === undefined ? exitCodes.ok : interruptExitCode(outcome.signal as Interrupt);
    case "not-opened":
      // What was on the screen stays readable after it is gone.
      if (door.abort !== null) throw door.abort;
      return exitCodes.usage;
    case "nothing-ran": {
      // A daemon that was only there for this dashboard.
      const isOurs = door.opened?.startedDaemon === true && readLivingUnits(door.root).length === 0;
      if (isOurs && door.opened !== null) await takeDown(door.opened.client);
      return exitCodes.ok;
    }
    case "left-running":
      context.stderr.write("left running; look: orchestra ps      end it: orchestra down\n");
      return exitCodes.ok;
    case "stopped":
      return exitCodes.ok;
  }
}

async function takeDown(client: EngineClient): Promise<void> {
  await client.send({
    command: { kind: "down" },
    origin: "cli",
    callerEnv: null,
    lease: null,
    commandId: randomUUID(),
  });
}

/** The user's pager or editor, on this terminal. */
async function openExternal(command: string, { cwd, env }: CliContext, signal: AbortSignal): Promise<number> {
  const viewer = runInForeground(command, { cwd, env });
  const end = () => viewer.forward("SIGTERM");
  signal.addEventListener("abort", end);
  try {
    return await viewer.done;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
