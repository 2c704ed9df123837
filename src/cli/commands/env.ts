import { exitCodes } from "../../lib/exit-codes.ts";
import { addExamples, addJson, addOverrides } from "../options.ts";
import { runEnv } from "../run-env.ts";
import type { Verb } from "../verb.ts";

interface EnvOptions {
  origin?: boolean;
  all?: boolean;
  reveal?: boolean;
  env?: Record<string, string>;
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
  addExamples(command, ["orchestra env api --origin"]);
  command.action(async (service: string | undefined, options: EnvOptions) => {
    await runEnv(context, {
      name: service ?? null,
      showsOrigin: options.origin === true,
      showsShell: options.all === true,
      reveals: options.reveal === true,
      overrides: options.env ?? {},
      json: options.json === true,
    });
    context.exitCode = exitCodes.ok;
  });
};
