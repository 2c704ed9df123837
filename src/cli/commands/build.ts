import { formatDuration } from "../../lib/format-duration.ts";
import { addChanged, type ChangedOptions, changedRef } from "../changed/changed-option.ts";
import { openFleet } from "../open-fleet.ts";
import { addExamples, addJson, addSelection, addWaitTimeout, selectionOf } from "../options.ts";
import { listNames } from "../output/list-names.ts";
import { toOutcomeJson } from "../output/outcome-json.ts";
import { runCommand } from "../run-command.ts";
import { builtTargets } from "../targets.ts";
import type { Verb } from "../verb.ts";

interface BuildOptions extends ChangedOptions {
  except?: string[];
  waitTimeout?: number;
  json?: boolean;
}

export const build: Verb = (command, context) => {
  addChanged(addWaitTimeout(addSelection(command), "10m"), "build");
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra build", "orchestra build orders", "orchestra build --changed origin/main"]);
  command.action(async (names: string[], options: BuildOptions) => {
    const ref = changedRef(options);
    const named = selectionOf(names, options);
    const select =
      ref === undefined
        ? named
        : await (await import("../changed/select-changed.ts")).selectChanged(context, named, { ref });
    if (select === null) {
      if (options.json === true) context.stdout.write(toOutcomeJson("done", [], null, { failed: [], pending: [] }));
      return;
    }
    context.exitCode = await runCommand(context, await openFleet(context), {
      command: { kind: "build", select },
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
