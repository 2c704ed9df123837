import { inLivingFleet } from "../in-living-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { runStop } from "../run-stop.ts";
import type { Verb } from "../verb.ts";

interface KillOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const kill: Verb = (command, context) => {
  addSelection(command);
  addWaitTimeout(command, "15s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra kill api"]);
  command.action(async (names: string[], options: KillOptions) => {
    await inLivingFleet(context, options, (fleet) =>
      runStop(context, fleet, {
        command: { kind: "kill", select: selectionOf(names, options) },
        waitTimeoutMs: options.waitTimeout ?? null,
        json: options.json === true,
        done: "killed",
      }),
    );
  });
};
