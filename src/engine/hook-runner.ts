import type { EngineEvent } from "../model/event.ts";
import type { FleetSpec } from "../model/fleet.ts";
import { type CommandControl, runCommand } from "./process/run-command.ts";

/** A hook that does not end is ended; nothing waits without a limit. */
const hookTimeoutMs = 10 * 60_000;

export interface FailedHook {
  hook: string;
  exitCode: number;
  message: string;
}

/** The hooks of a verb: `before` runs the general ones first, `after` the verb's own. */
export function hooksOf(fleet: FleetSpec, verb: string, when: "before" | "after"): string[] {
  const own = fleet.commands[verb]?.[when] ?? [];
  return when === "before" ? [...fleet.before, ...own] : [...own, ...fleet.after];
}

/**
 * Runs hooks one after another in the fleet's root, through a shell, and publishes what they print. Returns the first
 * that failed or was cut short, after which none is run; null where all went well. They carry no markers: what they start is not ours.
 */
export async function runHooks(
  hooks: readonly string[],
  fleet: FleetSpec,
  env: Record<string, string>,
  commandId: string,
  publish: (event: EngineEvent) => void,
  control: CommandControl = {},
): Promise<FailedHook | null> {
  for (const hook of hooks) {
    const result = await runCommand({
      command: hook,
      cwd: fleet.root,
      env,
      timeoutMs: hookTimeoutMs,
      onOutput: (text) => publish({ kind: "hookOutput", commandId, hook, text }),
      ...control,
    });
    const exitCode = result.exitCode ?? 1;
    if (result.aborted) return { hook, exitCode, message: `hook "${hook}" was cut short` };
    publish({ kind: "hookFinished", commandId, hook, exitCode });
    if (result.failure !== null)
      return { hook, exitCode, message: `hook "${hook}" could not run: ${result.failure.message}` };
    if (result.timedOut) return { hook, exitCode, message: `hook "${hook}" did not end within 10m` };
    if (exitCode !== 0) return { hook, exitCode, message: `hook "${hook}" failed with exit ${exitCode}` };
  }
  return null;
}
