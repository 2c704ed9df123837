import { Argument, type Command } from "commander";
import { exitCodes } from "../../lib/exit-codes.ts";
import { completionNames } from "../completion-names.ts";
import { completionScript, type Shell, shells } from "../completion-scripts.ts";
import { completeWords, filesWanted } from "../completion-words.ts";
import { addExamples } from "../options.ts";
import type { Verb } from "../verb.ts";

export const completion: Verb = (command, context) => {
  // What follows `candidates` is another command line, dashes and all.
  command
    .usage("[options] <shell>")
    .enablePositionalOptions()
    .addArgument(new Argument("<shell>", "the shell that it is for").choices(shells));
  addExamples(command, [
    "orchestra completion bash > ~/.local/share/bash-completion/completions/orchestra",
    "orchestra completion zsh > ~/.zfunc/_orchestra",
    "orchestra completion fish > ~/.config/fish/completions/orchestra.fish",
  ]);
  command.action((shell: Shell) => {
    context.stdout.write(completionScript(shell));
    context.exitCode = exitCodes.ok;
  });

  const candidates = command.command("candidates", { hidden: true }).argument("[words...]").helpOption(false);
  candidates.action(async (words: string[]) => {
    const found = await completeWords(programOf(command), words, () => completionNames(context));
    const lines = found === filesWanted ? [filesWanted] : found.map((c) => `${c.value}\t${c.description}`);
    context.stdout.write(lines.map((line) => `${line}\n`).join(""));
    context.exitCode = exitCodes.ok;
  });
};

function programOf(command: Command): Command {
  return command.parent ?? command;
}
