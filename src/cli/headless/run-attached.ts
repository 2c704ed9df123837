import type { CliContext } from "../cli-context.ts";
import type { OpenFleet } from "../open-fleet.ts";
import { EndRequest } from "./end-request.ts";
import type { ForegroundOptions } from "./foreground-options.ts";
import { ForegroundRun } from "./foreground-run.ts";
import { PlainReporter } from "./plain-reporter.ts";

/** `start --attach`: shows the logs of what it starts, and stops it on Ctrl-C. */
export async function runAttached(
  context: CliContext,
  fleet: OpenFleet,
  options: Pick<
    ForegroundOptions,
    "select" | "noDeps" | "overrides" | "strays" | "rerun" | "pull" | "inContainers" | "timeoutMs"
  >,
): Promise<number> {
  const reporter = new PlainReporter(context.stdout, context.stderr);
  const end = new EndRequest(context);
  try {
    const run = { ...options, origin: "cli", until: { kind: "told" } } as const;
    return await new ForegroundRun(context, fleet, run, reporter, end).run();
  } finally {
    end.close();
  }
}
