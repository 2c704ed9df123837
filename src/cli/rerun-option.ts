import { type Command, Option } from "commander";

/** What the options of `addRerun` come to, as typed. */
export interface RerunOptions {
  rerun?: boolean;
  noreload?: boolean;
}

/** Adds `--rerun` and `--no-rerun`; `--noreload` is what other tools call the latter. */
export function addRerun(command: Command): Command {
  return command
    .option("--rerun", "build and replace what is started whenever its sources change, whatever the files say")
    .option("--no-rerun", "leave what is started as it is when its sources change (also --noreload)")
    .addOption(new Option("--noreload", "the same as --no-rerun").hideHelp());
}

/** Null where nothing was said. */
export function rerunOf({ rerun, noreload }: RerunOptions): boolean | null {
  return noreload === true ? false : (rerun ?? null);
}
