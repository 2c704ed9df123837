import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { Selection } from "../../model/command.ts";
import type { StrayPolicy } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { locateFleet, openFleet } from "../open-fleet.ts";
import { type ContainerOptions, containerTerms } from "../pull-option.ts";
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
export interface HeadlessOptions extends ContainerOptions {
  until: RunEnd;
  timeoutMs: number;
  output: "plain" | "json" | "github";
  overrides: Record<string, string>;
  strays?: StrayPolicy;
  /** Only services that a git diff is about: since this ref, or (null) since the usual one. */
  changed?: string | null;
  /** A file for JUnit XML. */
  junit?: string;
  /** A folder for what explains the run. */
  report?: string;
}

/** What comes from outside while it runs. */
interface RunSignals {
  end: EndRequest;
  /** Aborted when nobody reads what it prints any more. */
  unread: AbortSignal;
}

/** Runs the fleet in the foreground: all that has `autostart`, or what of it changed. Tells, and leaves behind, how it went, however it ends. */
export async function runHeadless(context: CliContext, options: HeadlessOptions): Promise<number> {
  // From here on an interrupt is a way to end, not a sudden death.
  const end = new EndRequest(context);
  try {
    const { junit, report, output, until } = options;
    const isOnlyRead = junit === undefined && report === undefined && output !== "github";
    const unread = new AbortController();
    // Files and a command's exit code matter without a reader too.
    if (!isOnlyRead || until.kind !== "told") context.onReaderGone(() => unread.abort());
    const signals = { end, unread: unread.signal };
    if (isOnlyRead) return await runFleet(context, options, [usualReporter(context, output)], signals);
    return await runWithArtefacts(context, options, signals);
  } finally {
    end.close();
  }
}

function usualReporter({ stdout, stderr }: CliContext, output: "plain" | "json"): Reporter {
  return output === "json" ? new JsonReporter(stdout, stderr) : new PlainReporter(stdout, stderr);
}

async function runWithArtefacts(context: CliContext, options: HeadlessOptions, signals: RunSignals): Promise<number> {
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
    exitCode = await runFleet(context, options, reporters, signals);
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
  { end, unread }: RunSignals,
): Promise<number> {
  const group = new ReporterGroup(reporters);
  const select = await selectToRun(context, options, group);
  if (select === null) return exitCodes.ok;
  const fleet = await untilAborted(openFleet(context), end.told);
  if (fleet === null) return end.exitCode;
  const { until, timeoutMs, overrides, strays } = options;
  const run = new ForegroundRun(
    context,
    fleet,
    {
      origin: "headless",
      select,
      noDeps: false,
      overrides,
      timeoutMs,
      until,
      unread,
      ...(strays && { strays }),
      ...containerTerms(options),
    },
    group,
    end,
  );
  const exitCode = await run.run();
  if (fleet.startedDaemon && until.kind !== "ready" && exitCode !== exitCodes.unreachable) {
    // Nobody else uses it: it ends by itself once the lease is over. Where somebody does, it stays.
    await context.daemons.waitUntilGone(fleet.root, 1000);
  }
  return exitCode;
}

/** Null where a git diff is about nothing that would be started. */
async function selectToRun(
  context: CliContext,
  { changed: ref, overrides, until }: HeadlessOptions,
  reporter: Reporter,
): Promise<Selection | null> {
  const all = { names: [], except: [] };
  if (ref === undefined) return all;
  const { selectChanged } = await import("../changed/select-changed.ts");
  const say = (text: string): void => reporter.say(text);
  const select = await selectChanged(context, all, { ref, overrides, isStart: true, say });
  // Without the service that it is to end with, such a run would have no end.
  return select !== null && until.kind === "exit" ? { ...select, names: [...select.names, until.service] } : select;
}
