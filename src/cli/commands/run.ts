import { addExamples, addOverrides } from "../options.ts";
import { runInService } from "../run-in-service.ts";
import type { Verb } from "../verb.ts";

export const run: Verb = (command, context) => {
  command
    .usage("[options] <service> -- <command...>")
    .argument("<service>", "in whose folder, and with whose environment")
    .argument("[command...]", "a program and its arguments, after two dashes; for shell syntax: sh -c '…'");
  addOverrides(command);
  addExamples(command, [
    "orchestra run orders -- go test ./...",
    "orchestra run orders -- sh -c 'psql \"$DB_URL\" < seed.sql'",
  ]);
  command.addHelpText(
    "after",
    "\nIt gets no PORT, which is the service's own to listen on, and ends with the command's exit code.",
  );
  command.action(async (service: string, words: string[], options: { env?: Record<string, string> }) => {
    context.exitCode = await runInService(context, { service, words, overrides: options.env ?? {} });
  });
};
