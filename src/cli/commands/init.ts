import { askYesNo } from "../ask-yes-no.ts";
import { addExamples, addJson } from "../options.ts";
import { runInit } from "../run-init.ts";
import type { Verb } from "../verb.ts";

interface InitOptions {
  except?: string[];
  yes?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export const init: Verb = (command, context) => {
  command
    .argument("[programs...]", "only these of what it finds; nothing means all")
    .option("-x, --except <programs...>", "leave some of it out")
    .option("-y, --yes", "write without a question")
    .option("-n, --dry-run", "only show what would be written");
  addJson(command, "print the proposal as JSON; written only with --yes");
  addExamples(command, ["orchestra init", "orchestra init --dry-run", "orchestra init --yes --except tools"]);
  command.action(async (names: string[], options: InitOptions) => {
    context.exitCode = await runInit(context, {
      names,
      except: options.except ?? [],
      isAgreed: options.yes === true,
      isDryRun: options.dryRun === true,
      json: options.json === true,
      ask: askYesNo,
    });
  });
};
