import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { addExamples, addJson, durationOption } from "../options.ts";
import { parseWaitTargets } from "../parse-wait-targets.ts";
import { runWait } from "../run-wait.ts";
import type { Verb } from "../verb.ts";

interface WaitOptions {
  timeout?: number;
  json?: boolean;
}

export const wait: Verb = (command, context) => {
  command
    .argument(
      "[names...]",
      "services, name#replica or @profile, each with =ready (default), =started, =stopped or =completed",
    )
    .option("--timeout <duration>", "how long to wait, as 90s or 5m (60s)", durationOption);
  addJson(command, "print the outcome as JSON");
  addExamples(command, ["orchestra wait gateway", "orchestra wait migrate=completed api=ready --timeout 2m"]);
  command.action(async (words: string[], options: WaitOptions) => {
    const parsed = parseWaitTargets(words);
    if (!parsed.ok) throw new Abort(exitCodes.usage, parsed.message, parsed.hint);
    context.exitCode = await runWait(context, {
      targets: parsed.targets,
      timeoutMs: options.timeout ?? 60_000,
      json: options.json === true,
    });
  });
};
