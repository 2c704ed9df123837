import { formatDuration } from "../../lib/format-duration.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listUnits } from "../output/list-units.ts";
import { runCommand } from "../run-command.ts";
import { rebuiltTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

interface RebuildOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const rebuild: Verb = (command, context) => {
  addWaitTimeout(addSelection(command), "10m");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra rebuild orders"]);
  command.action(async (names: string[], options: RebuildOptions) => {
    context.exitCode = await runCommand(context, await openFleet(context), {
      command: { kind: "rebuild", select: selectionOf(names, options) },
      targets: rebuiltTargets,
      limit: { kind: "total", ms: options.waitTimeout ?? 600_000 },
      summary: (reply, _fleets, tookMs) =>
        reply.units.length === 0
          ? "nothing to rebuild"
          : `rebuilt and restarted ${listUnits(reply.units)} in ${formatDuration(tookMs)}`,
      onInterrupted: "the rebuild goes on",
      json: options.json === true,
    });
  });
};
