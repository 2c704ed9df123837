import type { Command } from "commander";

/** `--changed` as typed: with a ref, or alone. */
export interface ChangedOptions {
  changed?: string | true;
}

/** Adds `--changed [ref]`. */
export function addChanged(command: Command, verb: string): Command {
  return command.option(
    "--changed [ref]",
    `${verb} only what a git diff is about: since a commit or branch, else since the merge base with the upstream, or HEAD`,
  );
}

/** The ref that was given, null for the usual one; undefined where `--changed` was not given. */
export function changedRef({ changed }: ChangedOptions): string | null | undefined {
  return changed === true ? null : changed;
}
