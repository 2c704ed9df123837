import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet, openFleet } from "../open-fleet.ts";
import { untilAborted } from "../until-aborted.ts";
import { EndRequest } from "./end-request.ts";
import type { RunEnd } from "./foreground-options.ts";
import { ForegroundRun } from "./foreground-run.ts";
import { JsonReporter } from "./json-reporter.ts";
import { PlainReporter } from "./plain-reporter.ts";
import type { Reporter } from "./reporter.ts";
import { ReporterGroup } from "./reporter-group.ts";
import type { SecretMask } from "./secret-mask.ts";

/** What `orchestra --headless` is asked. */
export interface HeadlessOptions {
  until: RunEnd;
  timeoutMs: number;
  output: "plain" | "json" | "github";
  overrides: Record<string, string>;
  strays?: StrayPolicy;
  /** A file for JUnit XML. */
  junit?: string;
  /** A folder for what explains the run. */
  report?: string;
}

/** Runs the whole fleet in the foreground: all that has `autostart`. Tells, and leaves behind, how it went, however it ends. */
export async function runHeadless(context: CliContext, options: HeadlessOptions): Promise<number> {
  // From here on an interrupt is a way to end, not a sudden death.
  const end = new EndRequest(context);
  try {
    const { junit, report, output } = options;
    if (junit === undefined && report === undefined && output !== "github") {
      return await runFleet(context, options, [usualReporter(context, output)], end);
    }
    return await runWithArtefacts(context, options, end);
  } finally {
    end.close();
  }
}

function usualReporter({ stdout, stderr }: CliContext, output: "plain" | "json"): Reporter {
  return output === "json" ? new JsonReporter(stdout, stderr) : new PlainReporter(stdout, stderr);
}

async function runWithArtefacts(context: CliContext, options: HeadlessOptions, end: EndRequest): Promise<number> {
  const { junit, report, output, overrides } = options;
  const root = await locateFleet(context);
  const { RunArtefacts } = await import("./run-artefacts.ts");
  const stepSummary = output === "github" ? (context.env.GITHUB_STEP_SUMMARY ?? "") : "";
  const artefacts = new RunArtefacts(context, root, {
    overrides,
    stepSummary: stepSummary === "" ? null : stepSummary,
    ...(junit !== undefined && { junit }),
    ...(report !== undefined && { report }),
  });
  const github = output === "github" ? await githubReporter(context, root, artefacts.mask) : null;
  github?.diagnostics(artefacts.diagnostics);
  const face = output === "github" ? github : usualReporter(context, output);
  const reporters = [...(face === null ? [] : [face]), ...artefacts.reporters];
  const write = async (exitCode: number, how: string | null): Promise<number> => {
    github?.end();
    const troubles = await artefacts.write(exitCode, how);
    for (const trouble of troubles) context.stderr.write(`${trouble}\n`);
    return troubles.length > 0 && exitCode === exitCodes.ok ? exitCodes.failed : exitCode;
  };
  let exitCode: number;
  try {
    exitCode = await runFleet(context, options, reporters, end);
  } catch (error) {
    const isAbort = error instanceof Abort;
    await write(
      isAbort ? error.exitCode : exitCodes.bug,
      isAbort ? error.message : `a bug in Orchestra: ${messageOf(error)}`,
    );
    throw error;
  }
  return await write(exitCode, null);
}

async function githubReporter(context: CliContext, root: string, mask: SecretMask) {
  const { GithubReporter } = await import("./github-reporter.ts");
  const { repositoryOf } = await import("./repository.ts");
  return new GithubReporter(context.stdout, repositoryOf(root, context.env), mask);
}

async function runFleet(
  context: CliContext,
  options: HeadlessOptions,
  reporters: readonly Reporter[],
  end: EndRequest,
): Promise<number> {
  const fleet = await untilAborted(openFleet(context), end.told);
  if (fleet === null) return end.exitCode;
  const { until, timeoutMs, overrides, strays } = options;
  const select = { names: [], except: [] };
  const run = new ForegroundRun(
    context,
    fleet,
    { origin: "headless", select, noDeps: false, overrides, timeoutMs, until, ...(strays && { strays }) },
    new ReporterGroup(reporters),
    end,
  );
  const exitCode = await run.run();
  if (fleet.startedDaemon && until.kind !== "ready" && exitCode !== exitCodes.unreachable) {
    // Nobody else uses it: it ends by itself once the lease is over. Where somebody does, it stays.
    await context.daemons.waitUntilGone(fleet.root, 1000);
  }
  return exitCode;
}
