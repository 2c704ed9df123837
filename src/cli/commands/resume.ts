import { formatDuration } from "../../lib/format-duration.ts";
import { inLivingFleet } from "../in-living-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listUnits } from "../output/list-units.ts";
import { runCommand } from "../run-command.ts";
import { unitTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 60_000;

interface ResumeOptions {
  except?: string[];
  wait: boolean;
  waitTimeout?: number;
  json?: boolean;
}

export const resume: Verb = (command, context) => {
  addSelection(command).option("--no-wait", "return once they go on, ready or not");
  addWaitTimeout(command, "60s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra resume worker", "orchestra resume"]);
  command.action(async (names: string[], options: ResumeOptions) => {
    await inLivingFleet(context, options, (fleet) =>
      runCommand(context, fleet, {
        command: { kind: "resume", select: selectionOf(names, options) },
        targets: (reply) => (options.wait ? unitTargets(reply.units, "ready") : []),
        limit: { kind: "total", ms: options.waitTimeout ?? defaultTimeoutMs },
        summary: (reply, _fleets, tookMs) =>
          reply.units.length === 0
            ? `nothing was resumed${reply.notes.length > 0 ? "" : ": nothing of it is paused"}`
            : `resumed ${listUnits(reply.units)} in ${formatDuration(tookMs)}`,
        onInterrupted: "they go on; to let them stand still: orchestra pause",
        json: options.json === true,
      }),
    );
  });
};
