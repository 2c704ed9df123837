import type { Clock } from "../../lib/clock.ts";
import { shellQuote } from "../../lib/shell-quote.ts";
import { runCommand } from "../process/run-command.ts";
import type { Docker } from "./docker.ts";

/** The longest that a program which knows a login may take. */
const helperMs = 30_000;

/**
 * The engine for containers. What talks to it is loaded at the first call, and costs a daemon without containers nothing.
 * `host`: as DOCKER_HOST has it; `env` and then the usual places say where the engine is unless it is given.
 */
export async function loadDocker(options: {
  host?: string;
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
}): Promise<Docker> {
  const { connectDocker } = await import("./docker/connect-docker.ts");
  const env = Object.fromEntries(
    Object.entries(options.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return connectDocker({
    ...options,
    async runHelper(program, args, input) {
      const command = `printf %s ${shellQuote(input)} | ${[program, ...args].map(shellQuote).join(" ")}`;
      const { exitCode, output } = await runCommand({ command, cwd: "/", env, timeoutMs: helperMs });
      return { exitCode, output };
    },
  });
}
