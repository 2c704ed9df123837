import { randomUUID } from "node:crypto";
import { hooksOf, runHooks } from "../../engine/hook-runner.ts";
import type { CommandControl } from "../../engine/process/run-command.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { EngineEvent } from "../../model/event.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { printHookOutput } from "../hook-printer.ts";
import { withoutMarkers } from "../markerless-environment.ts";
import { readState } from "../offline-state.ts";
import { sharedEnvironment } from "../shared-environment.ts";

/**
 * Runs the hooks of a verb that needs no daemon; their output goes to standard error. False where `control` cut them short,
 * which is told. Throws an Abort where one fails.
 */
export async function runVerbHooks(
  context: CliContext,
  fleet: FleetSpec,
  verb: string,
  when: "before" | "after",
  control: CommandControl,
): Promise<boolean> {
  const commands = hooksOf(fleet, verb, when);
  if (commands.length === 0) return true;
  const commandId = randomUUID();
  const env = withoutMarkers(
    sharedEnvironment(fleet, readState(fleet.root), { verb, env: context.env, overrides: {} }),
  );
  const print = (event: EngineEvent): void => printHookOutput(event, commandId, context.stderr);
  const failed = await runHooks(commands, fleet, env, commandId, print, control);
  if (failed === null) return true;
  if (control.signal?.aborted !== true) throw new Abort(exitCodes.failed, failed.message);
  context.stderr.write(`interrupted: ${failed.message}\n`);
  return false;
}
