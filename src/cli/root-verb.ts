import { type Command, Option } from "commander";
import type { StrayPolicy } from "../model/fleet.ts";
import { addChanged, type ChangedOptions, changedRef } from "./changed/changed-option.ts";
import type { CliContext } from "./cli-context.ts";
import type { RunEnd } from "./headless/foreground-options.ts";
import { addOverrides, addStrays, durationOption } from "./options.ts";
import { addInContainers, addPull, type ContainerOptions, containerTerms } from "./pull-option.ts";

/** The options of `orchestra` without a verb, as typed. */
export interface RootOptions extends ContainerOptions, ChangedOptions {
  start: boolean;
  screenReader?: boolean;
  headless?: boolean;
  until?: "ready";
  then?: string;
  exitCodeFrom?: string;
  timeout?: number;
  output?: "plain" | "json" | "github";
  junit?: string;
  report?: string;
  env?: Record<string, string>;
  strays?: StrayPolicy;
}

const headlessOnly = [
  "until",
  "then",
  "exitCodeFrom",
  "timeout",
  "output",
  "junit",
  "report",
  "strays",
  "pull",
  "inContainers",
  "changed",
] as const;

/** Adds what `orchestra` takes without a verb: the dashboard's options and those of a headless run. */
export function rootOptions(program: Command): void {
  program
    .option("--no-start", "open the dashboard without starting anything")
    .option("--screen-reader", "open the dashboard as text that can be read aloud")
    .option("--headless", "run in the foreground with plain lines, until told to end; the default where CI is set")
    .addOption(
      new Option("--until <state>", "headless: exit once all is ready, and leave it running").choices(["ready"]),
    )
    .option(
      "--then <command>",
      "headless: run a command once all is ready, then stop what was started; its exit code counts",
    )
    .option("--exit-code-from <service>", "headless: end with a service, and with its exit code")
    .option("--timeout <duration>", "headless: how long the start may take (5m)", durationOption)
    .addOption(
      new Option(
        "--output <format>",
        "headless: plain lines, one JSON object a line, or GitHub's groups and annotations",
      ).choices(["plain", "json", "github"]),
    )
    .option("--junit <file>", "headless: write how each service fared as JUnit XML, however the run ends")
    .option("--report <folder>", "headless: leave a summary, the logs of what failed, all events and the config there");
  addChanged(addStrays(addOverrides(program), "headless: "), "headless: build and start");
  addPull(addInContainers(program, "headless: "), "headless: ");
}

/** `orchestra` without a verb: the dashboard, a headless run, or `ps` where there is no terminal. */
export async function runRoot(options: RootOptions, command: Command, context: CliContext): Promise<number> {
  const isHeadless = options.headless === true || isCi(context.env);
  const misplaced = headlessOnly.find((name) => options[name] !== undefined);
  if (!isHeadless && misplaced !== undefined) {
    command.error(`--${misplaced.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} goes with --headless`);
  }
  const ends = [options.until, options.then, options.exitCodeFrom].filter((o) => o !== undefined);
  if (ends.length > 1) command.error("only one of --until, --then and --exit-code-from says when the run is over");
  if (isHeadless) {
    const changed = changedRef(options);
    const { runHeadless } = await import("./headless/run-headless.ts");
    return await runHeadless(context, {
      until: endOf(options),
      timeoutMs: options.timeout ?? 300_000,
      output: options.output ?? "plain",
      overrides: options.env ?? {},
      ...(changed !== undefined && { changed }),
      ...(options.strays && { strays: options.strays }),
      ...containerTerms(options),
      ...(options.junit !== undefined && { junit: options.junit }),
      ...(options.report !== undefined && { report: options.report }),
    });
  }
  if (!context.isInteractive) {
    const { showFleet } = await import("./commands/ps.ts");
    return await showFleet(context, false);
  }
  const { openDashboard } = await import("./open-dashboard.ts");
  return await openDashboard(context, {
    starts: options.start,
    isScreenReader: options.screenReader === true,
  });
}

function endOf(options: RootOptions): RunEnd {
  if (options.until === "ready") return { kind: "ready" };
  if (options.then !== undefined) return { kind: "command", command: options.then };
  if (options.exitCodeFrom !== undefined) return { kind: "exit", service: options.exitCodeFrom };
  return { kind: "told" };
}

/** As everybody reads it: set, and not to a no. */
function isCi(env: Readonly<Record<string, string>>): boolean {
  return env.CI !== undefined && env.CI !== "" && env.CI !== "0" && env.CI !== "false";
}
