import { formatDuration } from "../../lib/format-duration.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addOverrides, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listUnits } from "../output/list-units.ts";
import { runCommand } from "../run-command.ts";
import { restartedTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

interface RestartOptions {
  except?: string[];
  deps: boolean;
  wait: boolean;
  waitTimeout?: number;
  env?: Record<string, string>;
  json?: boolean;
}

export const restart: Verb = (command, context) => {
  addSelection(command)
    .option("--no-deps", "do not start what it depends on")
    .option("--no-wait", "return once the restart is under way");
  addWaitTimeout(addOverrides(command), "60s");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra restart api", "orchestra restart @core -e LOG_LEVEL=debug"]);
  command.action(async (names: string[], options: RestartOptions) => {
    const select = selectionOf(names, options);
    context.exitCode = await runCommand(context, await openFleet(context), {
      command: { kind: "restart", select, noDeps: !options.deps, overrides: options.env ?? {} },
      targets: (reply, baseline) => (options.wait ? restartedTargets(reply.units, select, baseline) : []),
      limit: { kind: "total", ms: options.waitTimeout ?? 60_000 },
      summary: (reply, { baseline }, tookMs) => {
        const named = restartedTargets(reply.units, select, baseline).flatMap((t) =>
          t.kind === "unit" && t.old !== null ? [t.unit] : [],
        );
        if (named.length === 0) return "nothing to restart";
        return options.wait
          ? `restarted ${listUnits(named)} in ${formatDuration(tookMs)}`
          : `restarting ${listUnits(named)}`;
      },
      onInterrupted: "the restart goes on; to stop it: orchestra stop",
      json: options.json === true,
    });
  });
};
