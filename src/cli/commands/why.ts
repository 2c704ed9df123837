import { addExamples, addJson } from "../options.ts";
import { runWhy } from "../run-why.ts";
import type { Verb } from "../verb.ts";

export const why: Verb = (command, context) => {
  command.argument("[names...]", "services, name#replica or @profile; nothing means all that is not well");
  addJson(command, "print the chains of causes as JSON");
  addExamples(command, ["orchestra why", "orchestra why gateway", "orchestra why orders#2 --json"]);
  command.action(async (names: string[], options: { json?: boolean }) => {
    context.exitCode = await runWhy(context, names, options.json === true);
  });
};
