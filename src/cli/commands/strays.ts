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
    .argument("[pids...]", "of which; nothing means all that wait for your word", collectPid)
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
  command.action(async (action: "list" | StrayChoice["action"], pids: number[] | undefined, options: StraysOptions) => {
    const json = options.json === true;
    if (action === "list") {
      const { listStrays } = await import("../strays/list-strays.ts");
      context.exitCode = await listStrays(context, pids ?? [], json);
      return;
    }
    const { decideStrays } = await import("../strays/decide-strays.ts");
    context.exitCode = await decideStrays(context, {
      action,
      pids: pids ?? [],
      isDryRun: options.dryRun === true,
      isAgreed: options.yes === true,
      waitTimeoutMs: options.waitTimeout ?? defaultTimeoutMs,
      json,
      ask: askYesNo,
    });
  });
};

function collectPid(text: string, earlier: number[] | undefined): number[] {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError("a pid is a whole number.");
  return [...(earlier ?? []), Number(text)];
}
