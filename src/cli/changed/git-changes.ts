import { realpathSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, runCommand } from "../../engine/process/run-command.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { shellQuote } from "../../lib/shell-quote.ts";
import { findProgram } from "../find-program.ts";

/** What differs between a commit and the files as they are now. */
export interface GitChanges {
  /** Absolute real paths, ascending: committed since, staged, changed or new; also those that are gone. */
  files: string[];
  /** What they were compared with, for a sentence: `main (1a2b3c4)`. */
  since: string;
}

const gitLimitMs = 60_000;
const mostListBytes = 256 * 1024 * 1024;

/** Compares with where HEAD left a ref: what others did there since then is no change of ours. */
interface Base {
  /** Null: nothing is committed yet. */
  commit: string | null;
  words: string;
}

/**
 * The files that changed since `ref`; without one since the merge base with the upstream, or where there is none since HEAD.
 * Throws an Abort where git cannot tell. What git ignores does not count.
 */
export async function gitChanges(
  root: string,
  ref: string | null,
  options: { env: Record<string, string>; signal: AbortSignal },
): Promise<GitChanges> {
  if (findProgram("git", root, options.env.PATH) !== "found") {
    throw new Abort(
      exitCodes.usage,
      "--changed needs git, and there is no git on PATH",
      "install it: https://git-scm.com",
    );
  }
  const top = await new Git(root, options).read("rev-parse", "--show-toplevel");
  if (top.exitCode !== 0) throw noRepository(root, top);
  const git = new Git(lineOf(top), options);
  const base = ref === null ? await usualBase(git) : await baseOf(git, ref);
  const others = await git.list("ls-files", "--others", "--exclude-standard");
  const known =
    base.commit === null
      ? await git.list("ls-files")
      : [
          ...(await git.list("diff", "--name-only", "--no-renames", "--no-ext-diff", base.commit, "--")),
          ...(await git.list("diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", base.commit, "--")),
        ];
  const place = realpathSync(git.dir);
  const files = [...new Set([...known, ...others])].map((file) => join(place, file)).sort();
  return { files, since: base.words };
}

/** Runs git at one place, in a language that its answers can be known by. */
class Git {
  readonly dir: string;
  readonly #env: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor(dir: string, { env, signal }: { env: Record<string, string>; signal: AbortSignal }) {
    this.dir = dir;
    this.#env = { ...env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" };
    this.#signal = signal;
  }

  /** An answer of one line; what went wrong is in it too. */
  read(...args: string[]): Promise<CommandResult> {
    return this.#run({ file: "git", args });
  }

  /** The first line of an answer; null where there is none. */
  async find(...args: string[]): Promise<string | null> {
    const result = await this.#silently(args);
    return result.exitCode === 0 ? lineOf(result) : null;
  }

  /** Names of files. */
  async list(...args: string[]): Promise<string[]> {
    const [verb = "", ...rest] = args;
    const result = await this.#silently([verb, "-z", ...rest]);
    if (result.exitCode !== 0) throw failed(args, await this.read(...args));
    return result.output.split("\0").filter((name) => name !== "");
  }

  /** Without warnings, which would stand among the names. */
  #silently(args: readonly string[]): Promise<CommandResult> {
    return this.#run(`exec git ${args.map(shellQuote).join(" ")} 2> /dev/null`);
  }

  #run(command: string | { file: string; args: readonly string[] }): Promise<CommandResult> {
    return runCommand({
      command,
      cwd: this.dir,
      env: this.#env,
      timeoutMs: gitLimitMs,
      maxOutputBytes: mostListBytes,
      signal: this.#signal,
    });
  }
}

async function usualBase(git: Git): Promise<Base> {
  const head = await git.find("rev-parse", "--verify", "--quiet", "HEAD^{commit}");
  if (head === null) return { commit: null, words: "the beginning (nothing is committed yet)" };
  const upstream = await git.find("rev-parse", "--verify", "--quiet", "@{upstream}^{commit}");
  const shared = upstream === null ? null : await git.find("merge-base", upstream, head);
  if (shared === null) return { commit: head, words: `HEAD (${short(head)})` };
  const name = (await git.find("rev-parse", "--abbrev-ref", "@{upstream}")) ?? "the upstream";
  return { commit: shared, words: `the merge base with ${name} (${short(shared)})` };
}

async function baseOf(git: Git, ref: string): Promise<Base> {
  const commit = await git.find("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (commit === null) {
    const isShallow = (await git.find("rev-parse", "--is-shallow-repository")) === "true";
    const hint = isShallow
      ? `this clone is shallow: git fetch --unshallow, or fetch ${ref} (in CI: fetch-depth: 0)`
      : "see what there is: git branch --all. Names of services stand before --changed";
    throw new Abort(exitCodes.usage, `git knows no commit "${ref}"`, hint);
  }
  const shared = (await git.find("merge-base", commit, "HEAD")) ?? commit;
  return {
    commit: shared,
    words: shared === commit ? `${ref} (${short(shared)})` : `where it left ${ref} (${short(shared)})`,
  };
}

function noRepository(root: string, result: CommandResult): Abort {
  if (/not a git repository/i.test(result.output)) {
    const hint = "without --changed, nothing is compared";
    return new Abort(exitCodes.usage, `--changed needs git, and ${root} is in no git repository`, hint);
  }
  return failed(["rev-parse"], result);
}

function failed(args: readonly string[], { output, exitCode, failure }: CommandResult): Abort {
  const said = output.trim() === "" ? `it ended with ${exitCode ?? "a signal"}` : output.trim();
  return new Abort(exitCodes.usage, `git ${args[0]} failed: ${failure?.message ?? said}`);
}

function lineOf({ output }: CommandResult): string {
  return output.split("\n")[0] ?? "";
}

function short(commit: string): string {
  return commit.slice(0, 7);
}
