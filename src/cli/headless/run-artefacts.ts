import { appendFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loadFleet } from "../../config/load-fleet.ts";
import { messageOf } from "../../lib/message-of.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { CliContext } from "../cli-context.ts";
import { openLogSource } from "../open-log-source.ts";
import { untilAborted } from "../until-aborted.ts";
import { EventFile } from "./event-file.ts";
import { readLogText } from "./failed-logs.ts";
import { junitXml } from "./junit-xml.ts";
import { OutputFile } from "./output-file.ts";
import { ReportFolder } from "./report-folder.ts";
import type { Reporter } from "./reporter.ts";
import type { RunAccount } from "./run-account.ts";
import { RunRecord } from "./run-record.ts";
import { SecretMask } from "./secret-mask.ts";
import { summaryMarkdown } from "./summary-markdown.ts";

/** CI gives an interrupted step a few seconds. */
const logLimitMs = 5_000;
/** GitHub takes a mebibyte a step. */
const longestSummary = 900_000;

export interface ArtefactOptions {
  /** A file for JUnit XML. */
  junit?: string;
  /** A folder. */
  report?: string;
  /** The file to which GitHub wants Markdown appended; null where nobody asks. */
  stepSummary: string | null;
  /** Of `-e`. */
  overrides: Readonly<Record<string, string>>;
}

/**
 * What a headless run leaves behind for others to read: the JUnit file, the report folder, GitHub's step summary. Whether it
 * can be written is found out when this is made, before anything is started; it is written at the end, however the run
 * ended. Nothing in it shows a secret that the config, or the caller's environment, has.
 */
export class RunArtefacts {
  readonly reporters: readonly Reporter[];
  /** Of the config as it was read at the beginning. */
  readonly diagnostics: readonly Diagnostic[];
  readonly mask: SecretMask;
  readonly #context: CliContext;
  readonly #options: ArtefactOptions;
  readonly #record: RunRecord;
  readonly #events: EventFile | null;
  readonly #junit: OutputFile | null;
  readonly #folder: ReportFolder | null;

  /** Throws an Abort where something cannot be written. */
  constructor(context: CliContext, root: string, options: ArtefactOptions) {
    const { clock, cwd, env } = context;
    this.#context = context;
    this.#options = options;
    this.#junit = options.junit === undefined ? null : new OutputFile(cwd, options.junit, "--junit");
    this.#folder = options.report === undefined ? null : new ReportFolder(cwd, options.report);
    const { spec, diagnostics } = loadFleet(root);
    this.diagnostics = diagnostics;
    this.mask = new SecretMask(
      [env, options.overrides, ...environmentsOf(spec)],
      [basename(root), ...(spec === null ? [] : [spec.name, ...spec.services.map((s) => s.name)])],
    );
    this.#record = new RunRecord(spec?.name ?? basename(root), () => clock.now());
    this.#events = this.#folder === null ? null : new EventFile(join(this.#folder.path, "events.ndjson"), this.mask);
    this.reporters = this.#events === null ? [this.#record] : [this.#record, this.#events];
    const excerptless = diagnostics.map((d) => ({ ...d, location: d.location && { ...d.location, excerpt: "" } }));
    this.#folder?.write("config.json", toJson(this.mask.data({ root, diagnostics: excerptless, fleet: spec })));
  }

  /**
   * Writes all of it. Resolves to what could not be written, a sentence each.
   *
   * @param end what kept the run from its usual end; null where nothing did
   */
  async write(exitCode: number, end: string | null): Promise<string[]> {
    const account = this.mask.data(this.#record.account(exitCode, end)) as RunAccount;
    const troubles: string[] = [];
    const attempt = (what: string, act: () => void): void => {
      try {
        act();
      } catch (error) {
        troubles.push(`${what} could not be written: ${messageOf(error)}`);
      }
    };
    // First what needs nothing but memory.
    attempt("the JUnit file", () => this.#junit?.write(junitXml(account)));
    const { stepSummary } = this.#options;
    if (stepSummary !== null) {
      attempt("the step summary", () => appendFileSync(stepSummary, summaryMarkdown(account).slice(0, longestSummary)));
    }
    const folder = this.#folder;
    if (folder !== null) {
      attempt("the report", () => folder.write("summary.md", summaryMarkdown(account)));
      try {
        const logs = await untilAborted(this.#writeLogs(folder, account), AbortSignal.timeout(logLimitMs));
        if (logs === null) throw new Error(`they were not read within ${logLimitMs / 1000}s`);
        folder.write("summary.md", summaryMarkdown(account, logs));
      } catch (error) {
        troubles.push(`the logs of what failed could not be written: ${messageOf(error)}`);
      }
      const trouble = this.#events?.trouble ?? null;
      if (trouble !== null) troubles.push(`the list of events could not be written: ${trouble}`);
    }
    return troubles;
  }

  /** The logs of what failed, and the output of builds that did; by unit or service, as paths in the folder. */
  async #writeLogs(folder: ReportFolder, account: RunAccount): Promise<Map<string, string>> {
    const paths = new Map<string, string>();
    const units = new Set<string>();
    for (const { name, stories, troubled } of account.services) {
      for (const unit of troubled) units.add(unit);
      for (const { target } of stories) {
        const { failure } = target;
        if (failure?.kind === "build-failed" || failure?.kind === "test-failed") {
          const path = folder.logPath(name);
          folder.write(path, [`$ ${failure.command}`, ...failure.output, ""].join("\n"));
          paths.set(target.name, path);
        } else if (target.name.includes("#")) units.add(target.name);
      }
    }
    if (units.size === 0) return paths;
    const source = await openLogSource(this.#context, { names: [], except: [] });
    try {
      for (const unit of units) {
        const text = await readLogText(source.logs, unit, account.startedAt);
        if (text === "") continue;
        const path = folder.logPath(unit);
        folder.write(path, this.mask.text(text));
        if (!paths.has(unit)) paths.set(unit, path);
      }
    } finally {
      await source.close();
    }
    return paths;
  }
}

/** Every map of variables that the config has. */
function environmentsOf(spec: FleetSpec | null): Record<string, string>[] {
  if (spec === null) return [];
  return [
    spec.env,
    ...spec.envFiles.map((f) => f.values),
    ...Object.values(spec.commands).map((c) => c.env),
    ...spec.services.flatMap((s) => [s.env, ...s.envFiles.map((f) => f.values)]),
  ];
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
