import { spawn } from "node:child_process";
import { constants } from "node:os";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";

/** A command of the user's that runs on our own terminal. */
export interface ForegroundCommand {
  /** Its exit code; 128 and the signal's number where a signal ended it, as a shell says it. */
  done: Promise<number>;
  /** Passes a signal on; it is an unreaped child of ours, so it cannot reach anybody else. */
  forward(signal: NodeJS.Signals): void;
}

/**
 * Runs a command line of the user's through a shell, with our own terminal, input and output, and with the environment
 * that is given: nothing it starts carries a marker, so nothing of it is ever taken for a service.
 */
export function runInForeground(
  command: string,
  options: { cwd: string; env: Record<string, string> },
): ForegroundCommand {
  const child = spawn("/bin/sh", ["-c", command], { cwd: options.cwd, env: options.env, stdio: "inherit" });
  const done = new Promise<number>((resolve, reject) => {
    child.once("error", (error) => reject(new Abort(exitCodes.failed, `cannot run "${command}": ${error.message}`)));
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  return {
    done,
    forward: (signal) => {
      child.kill(signal);
    },
  };
}
