import { Command, CommanderError } from "commander";
import { Abort } from "../lib/abort.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { suggest } from "../lib/suggest.ts";
import { version } from "../lib/version.ts";
import type { CliContext } from "./cli-context.ts";
import { addExamples } from "./options.ts";
import { type RootOptions, rootOptions, runRoot } from "./root-verb.ts";
import { verbs } from "./verbs.ts";

/** Runs one command line. Resolves to the exit code; throws only what is our bug. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    const program = await buildProgram(context, args);
    await program.parseAsync(helpFlagLast(args), { from: "user" });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (error instanceof Abort) {
      context.stderr.write(`${error.message}\n${error.hint === null ? "" : `  ${error.hint}\n`}`);
      return error.exitCode;
    }
    throw error;
  }
}

async function buildProgram(context: CliContext, args: readonly string[]): Promise<Command> {
  const program = new Command("orchestra")
    .description("Runs a fleet of services: builds, starts, supervises and shows them.")
    .usage("[options] | orchestra <verb> [options]")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help; orchestra <verb> --help shows that of a verb")
    .helpCommand(false)
    .enablePositionalOptions()
    .allowExcessArguments()
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "")),
      getOutHasColors: () => context.stdout.hasColor,
      getErrHasColors: () => context.stderr.hasColor,
      getOutHelpWidth: () => Math.min(context.stdout.columns, 120),
      getErrHelpWidth: () => Math.min(context.stderr.columns, 120),
    });
  rootOptions(program);
  addExamples(program, ["orchestra", "orchestra start gateway", "orchestra --headless --then 'npm test'"]);
  program.action(async (options: RootOptions, command: Command) => {
    const [word] = command.args;
    if (word !== undefined) throw unknownVerb(word);
    context.exitCode = await runRoot(options, command, context);
  });

  for (const { name, alias, summary, load } of verbs) {
    const command = program.command(name).summary(summary).description(capitalised(summary));
    command.helpOption("-h, --help", "show this help");
    if (alias !== undefined) command.alias(alias);
    // The word may be an option's value instead; a module too many does no harm.
    if (!args.includes(name) && (alias === undefined || !args.includes(alias))) continue;
    const define = await load();
    define(command, context);
  }
  return program;
}

/** `orchestra help start` is `orchestra start --help`: the help of a verb is known only once the verb is loaded. */
function helpFlagLast(args: readonly string[]): string[] {
  return args[0] === "help" ? [...args.slice(1), "--help"] : [...args];
}

function unknownVerb(word: string): Abort {
  const names = verbs.flatMap((v) => (v.alias === undefined ? [v.name] : [v.name, v.alias]));
  const close = suggest(word, names);
  const hint = close === null ? "see what there is: orchestra --help" : `did you mean "orchestra ${close}"?`;
  return new Abort(exitCodes.usage, `there is no verb "${word}"`, hint);
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
