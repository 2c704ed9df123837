import { randomUUID } from "node:crypto";
import { hooksOf, runHooks } from "../../engine/hook-runner.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { printHookOutput } from "../hook-printer.ts";
import { withoutMarkers } from "../markerless-environment.ts";
import { readState } from "../offline-state.ts";
import { sharedEnvironment } from "../shared-environment.ts";

/** Runs the hooks of a verb that needs no daemon; their output goes to standard error. Throws an Abort where one fails. */
export async function runVerbHooks(
  context: CliContext,
  fleet: FleetSpec,
  verb: string,
  when: "before" | "after",
): Promise<void> {
  const commands = hooksOf(fleet, verb, when);
  if (commands.length === 0) return;
  const commandId = randomUUID();
  const env = withoutMarkers(
    sharedEnvironment(fleet, readState(fleet.root), { verb, env: context.env, overrides: {} }),
  );
  const failed = await runHooks(commands, fleet, env, commandId, (event) =>
    printHookOutput(event, commandId, context.stderr),
  );
  if (failed !== null) throw new Abort(exitCodes.failed, failed.message);
}
