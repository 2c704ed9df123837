import { addExamples, addJson } from "../options.ts";
import { runClean } from "../run-clean.ts";
import type { Verb } from "../verb.ts";

interface CleanOptions {
  all?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export const clean: Verb = (command, context) => {
  command
    .option("-a, --all", "remove the whole .orchestra: logs, binaries and state (only where nothing runs)")
    .option("-n, --dry-run", "only show what would be removed");
  addJson(command, "print what was removed as JSON");
  addExamples(command, ["orchestra clean --dry-run", "orchestra down && orchestra clean --all"]);
  command.action(async (options: CleanOptions) => {
    context.exitCode = await runClean(context, {
      all: options.all === true,
      isDryRun: options.dryRun === true,
      json: options.json === true,
    });
  });
};
