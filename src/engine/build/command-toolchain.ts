import { createHash } from "node:crypto";
import { formatDuration } from "../../lib/format-duration.ts";
import { runCommand } from "../process/run-command.ts";
import { buildFailure, outputLines } from "./build-failure.ts";
import { buildLimitMs, buildNiceness } from "./build-limits.ts";
import type { BuildJob, BuildOutcome } from "./build-outcome.ts";
import { nodeMissing, programMissing } from "./node-missing.ts";
import { notFoundCode, programNotFound } from "./tool-missing.ts";
import type { Toolchain } from "./toolchain.ts";

/**
 * A `build:` command line, run in the service's folder. What it makes is its own affair, and so is to find out that
 * there is nothing to do.
 */
export class CommandToolchain implements Toolchain {
  keyOf({ service, env }: BuildJob): string {
    const told = [service.dir, commandOf({ service }), Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))];
    return `command-${createHash("sha256").update(JSON.stringify(told)).digest("hex").slice(0, 12)}`;
  }

  findFresh(): null {
    return null;
  }

  settling(): null {
    return null;
  }

  inputsOf(): null {
    return null;
  }

  async build(_key: string, { service, env }: BuildJob, signal: AbortSignal): Promise<BuildOutcome> {
    const command = commandOf({ service });
    const missing = nodeMissing(service, command, env, "built");
    if (missing !== null) return { ok: false, failure: missing };
    const result = await runCommand({
      command,
      cwd: service.dir,
      env,
      timeoutMs: buildLimitMs,
      signal,
      maxOutputBytes: 256 * 1024,
      nice: buildNiceness,
    });
    if (signal.aborted) return { ok: false, cancelled: true };
    if (result.failure !== null) return { ok: false, failure: result.failure };
    if (result.exitCode === 0)
      return { ok: true, artifact: null, durationMs: Math.round(result.durationMs), skipped: false };
    const output = outputLines(result.output);
    const absent = result.exitCode === notFoundCode ? programNotFound(output.join("\n")) : null;
    if (absent !== null) return { ok: false, failure: programMissing(service, absent, "built") };
    const message = result.timedOut
      ? `did not finish building within ${formatDuration(buildLimitMs)}`
      : `does not build: \`${command}\` ended with ${result.exitCode ?? result.signal}`;
    return { ok: false, failure: buildFailure(command, result.exitCode, output, { message }) };
  }

  sharedCommandOf(): null {
    return null;
  }

  buildTogether(): never {
    throw new Error("commands are run one by one");
  }

  async prune(): Promise<void> {}

  async close(): Promise<void> {}
}

function commandOf({ service }: Pick<BuildJob, "service">): string {
  if (service.build.kind !== "command") throw new Error(`not built by a command: ${service.build.kind}`);
  return service.build.command;
}
