import { Option } from "commander";
import { exitCodes } from "../../lib/exit-codes.ts";
import { addExamples, addJson, addOverrides } from "../options.ts";
import { runEnv } from "../run-env.ts";
import type { Verb } from "../verb.ts";

interface EnvOptions {
  origin?: boolean;
  all?: boolean;
  reveal?: boolean;
  env?: Record<string, string>;
  export?: boolean;
  json?: boolean;
}

export const env: Verb = (command, context) => {
  command
    .argument("[service]", "a service or name#replica; nothing means every service")
    .option("-o, --origin", "show where each value comes from")
    .option("-a, --all", "also show what comes from the shell unchanged")
    .option("--reveal", "show passwords, tokens and keys, which are masked otherwise");
  addOverrides(command);
  addJson(command, "print all of it as JSON, with origins");
  command.addOption(
    new Option("--export", "print lines for a shell to evaluate: without a service what all of them share").conflicts([
      "json",
      "origin",
      "reveal",
    ]),
  );
  addExamples(command, ["orchestra env api --origin", 'eval "$(orchestra env api --export)"']);
  command.addHelpText(
    "after",
    "\nSince it is for a shell, --export shows passwords as they are. It has no markers, so that nothing you start with it\nis taken for the service.",
  );
  command.action(async (service: string | undefined, options: EnvOptions) => {
    await runEnv(context, {
      name: service ?? null,
      showsOrigin: options.origin === true,
      showsShell: options.all === true,
      reveals: options.reveal === true,
      overrides: options.env ?? {},
      exports: options.export === true,
      json: options.json === true,
    });
    context.exitCode = exitCodes.ok;
  });
};
