import type { Command } from "commander";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { suggest } from "../../lib/suggest.ts";
import type { PullPolicy } from "../../model/container.ts";
import { askYesNo } from "../ask-yes-no.ts";
import type { CliContext } from "../cli-context.ts";
import { addExamples, addJson, addWaitTimeout } from "../options.ts";
import { addPull } from "../pull-option.ts";
import type { Verb } from "../verb.ts";
import { defineLogs } from "./logs.ts";

/** An image may have to come first. */
const upTimeoutMs = 300_000;

export const vendors: Verb = (command, context) => {
  addJson(command, "print them as JSON, in a shape that stays");
  addExamples(command, [
    "orchestra vendors",
    "orchestra vendors up postgres",
    "orchestra vendors exec postgres psql -U shop",
    "orchestra vendors prune --dry-run",
  ]);
  // So that `exec` can hand on what looks like an option.
  command.enablePositionalOptions().allowExcessArguments();
  command.action(async (options: { json?: boolean }, self: Command) => {
    const [word] = self.args;
    if (word !== undefined) throw unknownWord(word, command);
    const { showVendors } = await import("../vendors/show-vendors.ts");
    context.exitCode = await showVendors(context, [], options.json === true);
  });
  defineStatus(command, context);
  defineUp(command, context);
  defineDown(command, context);
  definePull(command, context);
  defineLogsOfVendors(command, context);
  definePrune(command, context);
  defineExec(command, context);
};

function defineStatus(command: Command, context: CliContext): void {
  const status = sub(command, "status", "show how they are: state, health, image, ports, what they take");
  addJson(addNames(status), "print them as JSON, in a shape that stays");
  addExamples(status, ["orchestra vendors status", "orchestra vendors status --json | jq '.vendors[].health'"]);
  status.action(async (names: string[], options: { json?: boolean }) => {
    const { showVendors } = await import("../vendors/show-vendors.ts");
    context.exitCode = await showVendors(context, names, options.json === true);
  });
}

function defineUp(command: Command, context: CliContext): void {
  const up = sub(command, "up", "start them, and wait until they are ready");
  addWaitTimeout(addPull(addNames(up)), "5m");
  addJson(up, "print the outcome as JSON");
  addExamples(up, ["orchestra vendors up", "orchestra vendors up redis --pull always"]);
  up.action(async (names: string[], options: { pull?: PullPolicy; waitTimeout?: number; json?: boolean }) => {
    const { upVendors } = await import("../vendors/up-vendors.ts");
    context.exitCode = await upVendors(context, {
      names,
      pull: options.pull ?? null,
      waitTimeoutMs: options.waitTimeout ?? upTimeoutMs,
      json: options.json === true,
    });
  });
}

function defineDown(command: Command, context: CliContext): void {
  const down = sub(command, "down", "stop them, those that are kept too; their data stays");
  addWaitTimeout(addNames(down), "the grace period and 15s");
  addJson(down, "print the outcome as JSON");
  addExamples(down, ["orchestra vendors down", "orchestra vendors down redis"]);
  down.action(async (names: string[], options: { waitTimeout?: number; json?: boolean }) => {
    const { downVendors } = await import("../vendors/down-vendors.ts");
    const waitTimeoutMs = options.waitTimeout ?? null;
    await downVendors(context, { names, waitTimeoutMs, json: options.json === true });
  });
}

function definePull(command: Command, context: CliContext): void {
  const pull = sub(command, "pull", "fetch their images, newer ones too");
  addJson(addNames(pull), "print what was fetched as JSON");
  addExamples(pull, ["orchestra vendors pull", "orchestra vendors pull postgres && orchestra restart postgres"]);
  pull.action(async (names: string[], options: { json?: boolean }) => {
    const { pullVendors } = await import("../vendors/pull-vendors.ts");
    context.exitCode = await pullVendors(context, names, options.json === true);
  });
}

function defineLogsOfVendors(command: Command, context: CliContext): void {
  const logs = sub(command, "logs", "show what they wrote");
  defineLogs(logs, context, ["orchestra vendors logs postgres -f"], async (names) => {
    const { chooseVendors, readVendorFleet } = await import("../vendors/vendor-fleet.ts");
    const chosen = chooseVendors(
      await readVendorFleet(context),
      names.filter((name) => !name.startsWith("~")),
    );
    if (chosen.length === 0) throw new Abort(exitCodes.usage, "the fleet has no vendors");
    return [...chosen.map(({ name }) => name), ...names.filter((name) => name.startsWith("~"))];
  });
}

function definePrune(command: Command, context: CliContext): void {
  const prune = sub(command, "prune", "remove what this fleet, and no other, has left on the engine")
    .option("--volumes", "volumes too that nothing in the config uses, with all data in them (asks)")
    .option("-n, --dry-run", "only show what would be removed")
    .option("-y, --yes", "remove volumes without a question");
  addJson(prune, "print what was removed as JSON");
  addExamples(prune, ["orchestra vendors prune --dry-run", "orchestra vendors prune --volumes --yes"]);
  prune.action(async (options: { volumes?: boolean; dryRun?: boolean; yes?: boolean; json?: boolean }) => {
    const { pruneVendors } = await import("../vendors/prune-vendors.ts");
    context.exitCode = await pruneVendors(context, {
      volumes: options.volumes === true,
      isDryRun: options.dryRun === true,
      isAgreed: options.yes === true,
      json: options.json === true,
      ask: askYesNo,
    });
  });
}

function defineExec(command: Command, context: CliContext): void {
  const exec = sub(command, "exec", "run a command inside of the container of one that runs")
    .usage("[options] <name> <command...>")
    .argument("<name>", "the vendor")
    .argument("<command...>", "a program that is inside, and its arguments; for shell syntax: sh -c '…'")
    .option("-T, --no-tty", "without a terminal, even where there is one")
    .passThroughOptions();
  addExamples(exec, ["orchestra vendors exec postgres psql -U shop", "orchestra vendors exec redis redis-cli PING"]);
  exec.addHelpText("after", "\nIt reads what is typed or piped in, and ends with the command's exit code.");
  exec.action(async (vendor: string, words: string[], options: { tty: boolean }) => {
    const { execInVendor } = await import("../vendors/exec-in-vendor.ts");
    context.exitCode = await execInVendor(context, { vendor, words, tty: options.tty });
  });
}

function addNames(command: Command): Command {
  return command.argument("[names...]", "vendors; nothing means all");
}

function sub(command: Command, name: string, summary: string): Command {
  const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return command.command(name).summary(summary).description(description).helpOption("-h, --help", "show this help");
}

function unknownWord(word: string, command: Command): Abort {
  const close = suggest(
    word,
    command.commands.map((one) => one.name()),
  );
  const hint =
    close === null ? "see what there is: orchestra vendors --help" : `did you mean "orchestra vendors ${close}"?`;
  return new Abort(exitCodes.usage, `vendors cannot "${word}"`, hint);
}
