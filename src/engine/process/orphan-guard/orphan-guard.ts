import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import type { ProcessIdentity } from "../identity.ts";

/*
 * What ends commands (tests, hooks) when the program that runs them is killed and cannot do it itself:
 *
 *   verb ──whom it runs, a line per change──► sh at the pipe ──the verb is gone──► becomes orphan-guard-main.ts, which
 *                                              (155 kB)                            ends whom the last line names
 */

/** Keeps the last line; at the end of the input, becomes the program that it is handed, with that line, if it names anybody. */
const script = 'while IFS= read -r line; do last=$line; done; [ "${last:-[]}" = "[]" ] || exec "$@" "$last" </dev/null';

/**
 * Ends commands, with their whole trees and as gently as ever, when this process dies before them, however that comes
 * about. One that is killed itself is replaced; where it cannot be started, it is as if nobody had thought of it.
 */
export class OrphanGuard {
  readonly #guarded = new Set<ProcessIdentity>();
  #input: Writable | null = this.#launch();

  /** From now on the command with this leader is guarded; what is returned ends that. */
  watch(leader: ProcessIdentity): () => void {
    this.#guarded.add(leader);
    this.#input ??= this.#launch();
    this.#tell();
    return () => {
      if (this.#guarded.delete(leader)) this.#tell();
    };
  }

  /** It is not needed any more. Commands that run nevertheless are ended. */
  close(): void {
    this.#input?.end();
    this.#input = null;
  }

  #tell(): void {
    this.#input?.write(`${JSON.stringify([...this.#guarded])}\n`);
  }

  #launch(): Writable | null {
    const entry = import.meta.filename.endsWith(".ts") ? "orphan-guard-main.ts" : "orphan-guard.js";
    const command = [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      join(dirname(import.meta.filename), entry),
    ];
    // A session of its own: a terminal's Ctrl-C, and the end of that terminal, are not for it. It holds on to nothing.
    const options: SpawnOptions = { cwd: "/", env: {}, detached: true, stdio: ["pipe", "ignore", "ignore"] };
    let child: ChildProcess;
    try {
      child = spawn("/bin/sh", ["-c", script, "orchestra-guard", ...command], options);
    } catch {
      return null;
    }
    const input = child.stdin;
    const replace = (signal: NodeJS.Signals | null): void => {
      if (this.#input !== input) return;
      // One that ends by itself would do so again.
      this.#input = signal === null ? null : this.#launch();
      this.#tell();
    };
    child.once("error", () => replace(null));
    child.once("exit", (_, signal) => replace(signal));
    // It may be killed in any moment; that is told by its end. Where descriptors have run out there is no input.
    input?.on("error", () => {});
    child.unref();
    return input ?? null;
  }
}
