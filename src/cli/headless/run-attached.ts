import type { CliContext } from "../cli-context.ts";
import type { OpenFleet } from "../open-fleet.ts";
import { type ForegroundOptions, ForegroundRun } from "./foreground-run.ts";
import { PlainReporter } from "./plain-reporter.ts";

/** `start --attach`: shows the logs of what it starts, and stops it on Ctrl-C. */
export function runAttached(
  context: CliContext,
  fleet: OpenFleet,
  options: Pick<ForegroundOptions, "select" | "noDeps" | "overrides" | "strays" | "timeoutMs">,
): Promise<number> {
  const reporter = new PlainReporter(context.stdout, context.stderr);
  return new ForegroundRun(context, fleet, { ...options, origin: "cli", until: { kind: "told" } }, reporter).run();
}
