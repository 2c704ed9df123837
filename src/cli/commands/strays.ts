import { Argument, InvalidArgumentError } from "commander";
import { askYesNo } from "../ask-yes-no.ts";
import { addExamples, addJson, addWaitTimeout } from "../options.ts";
import type { StrayChoice } from "../strays/decide-strays.ts";
import type { Verb } from "../verb.ts";

const defaultTimeoutMs = 60_000;

interface StraysOptions {
  dryRun?: boolean;
  yes?: boolean;
  waitTimeout?: number;
  json?: boolean;
}

export const strays: Verb = (command, context) => {
  command
    .addArgument(
      new Argument("[action]", "what to do; without one, they are listed")
        .choices(["list", "adopt", "stop", "ignore"])
        .default("list"),
    )
    .argument("[strays...]", "which, by pid or container; nothing means all that wait for your word", collectStray)
    .option("-n, --dry-run", "only say what would be done")
    .option("-y, --yes", "do it to all of them without a question");
  addWaitTimeout(command, "60s");
  addJson(command, "print them, or the outcome, as JSON");
  addExamples(command, [
    "orchestra strays",
    "orchestra strays adopt 4711",
    "orchestra strays stop --dry-run",
    "orchestra strays --json | jq '.strays[].pid'",
  ]);
  command.action(
    async (action: "list" | StrayChoice["action"], words: string[] | undefined, options: StraysOptions) => {
      const json = options.json === true;
      if (action === "list") {
        const { listStrays } = await import("../strays/list-strays.ts");
        context.exitCode = await listStrays(context, words ?? [], json);
        return;
      }
      const { decideStrays } = await import("../strays/decide-strays.ts");
      context.exitCode = await decideStrays(context, {
        action,
        words: words ?? [],
        isDryRun: options.dryRun === true,
        isAgreed: options.yes === true,
        waitTimeoutMs: options.waitTimeout ?? defaultTimeoutMs,
        json,
        ask: askYesNo,
      });
    },
  );
};

/** A pid, or what Docker takes for the name or the id of a container. */
function collectStray(text: string, earlier: string[] | undefined): string[] {
  if (!/^[a-zA-Z0-9][\w.-]*$/.test(text))
    throw new InvalidArgumentError("a stray is named by its pid or its container.");
  return [...(earlier ?? []), text];
}
