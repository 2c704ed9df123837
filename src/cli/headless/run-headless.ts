import { exitCodes } from "../../lib/exit-codes.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { openFleet } from "../open-fleet.ts";
import { ForegroundRun, type RunEnd } from "./foreground-run.ts";
import { JsonReporter } from "./json-reporter.ts";
import { PlainReporter } from "./plain-reporter.ts";

/** What `orchestra --headless` is asked. */
export interface HeadlessOptions {
  until: RunEnd;
  timeoutMs: number;
  output: "plain" | "json";
  overrides: Record<string, string>;
  strays?: StrayPolicy;
}

/** Runs the whole fleet in the foreground: all that has `autostart`. */
export async function runHeadless(context: CliContext, options: HeadlessOptions): Promise<number> {
  const fleet = await openFleet(context);
  const { stdout, stderr } = context;
  const reporter = options.output === "json" ? new JsonReporter(stdout, stderr) : new PlainReporter(stdout, stderr);
  const { until, timeoutMs, overrides, strays } = options;
  const select = { names: [], except: [] };
  const run = new ForegroundRun(
    context,
    fleet,
    { origin: "headless", select, noDeps: false, overrides, timeoutMs, until, ...(strays && { strays }) },
    reporter,
  );
  const exitCode = await run.run();
  if (fleet.startedDaemon && until.kind !== "ready" && exitCode !== exitCodes.unreachable) {
    // Nobody else uses it: it ends by itself once the lease is over. Where somebody does, it stays.
    await context.daemons.waitUntilGone(fleet.root, 1000);
  }
  return exitCode;
}
