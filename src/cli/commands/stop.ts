import { inLivingFleet } from "../in-living-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { runStop } from "../run-stop.ts";
import type { Verb } from "../verb.ts";

interface StopOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const stop: Verb = (command, context) => {
  addSelection(command);
  addWaitTimeout(command, "the grace period and 15s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra stop", "orchestra stop worker#3"]);
  command.action(async (names: string[], options: StopOptions) => {
    await inLivingFleet(context, options, (fleet) =>
      runStop(context, fleet, {
        command: { kind: "stop", select: selectionOf(names, options) },
        waitTimeoutMs: options.waitTimeout ?? null,
        json: options.json === true,
        done: "stopped",
      }),
    );
  });
};
