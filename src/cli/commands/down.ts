import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { inLivingFleet } from "../in-living-fleet.ts";
import { addExamples, addJson, addWaitTimeout } from "../options.ts";
import { runStop } from "../run-stop.ts";
import type { Verb } from "../verb.ts";

/** From the end of the last service to that of the daemon. */
const endLimitMs = 10_000;

export const down: Verb = (command, context) => {
  addWaitTimeout(command, "the grace period and 15s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra down"]);
  command.action(async (options: { waitTimeout?: number; json?: boolean }) => {
    await inLivingFleet(context, options, async (fleet) => {
      const code = await runStop(context, fleet, {
        command: { kind: "down" },
        waitTimeoutMs: options.waitTimeout ?? null,
        json: options.json === true,
        done: "stopped",
      });
      if (code === exitCodes.ok && !(await context.daemons.waitUntilGone(fleet.root, endLimitMs))) {
        throw new Abort(
          exitCodes.timeout,
          `everything is stopped, but the daemon did not end within ${endLimitMs / 1000}s`,
          "see what it does: orchestra daemon status",
        );
      }
      return code;
    });
  });
};
