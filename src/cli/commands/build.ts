import { formatDuration } from "../../lib/format-duration.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listNames } from "../output/list-names.ts";
import { runCommand } from "../run-command.ts";
import { builtTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

interface BuildOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const build: Verb = (command, context) => {
  addWaitTimeout(addSelection(command), "10m");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra build", "orchestra build orders"]);
  command.action(async (names: string[], options: BuildOptions) => {
    context.exitCode = await runCommand(context, await openFleet(context), {
      command: { kind: "build", select: selectionOf(names, options) },
      targets: (reply, baseline) => builtTargets(reply.services, baseline),
      limit: { kind: "total", ms: options.waitTimeout ?? 600_000 },
      summary: (reply, { latest }, tookMs) => {
        const built = latest.services
          .filter((s) => reply.services.includes(s.name) && s.build.status === "ok")
          .map((s) => s.name);
        return built.length === 0
          ? "nothing to build: none of it has a build"
          : `built ${listNames(built)} in ${formatDuration(tookMs)}`;
      },
      onInterrupted: "the build goes on",
      json: options.json === true,
    });
  });
};
