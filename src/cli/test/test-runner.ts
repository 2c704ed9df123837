import { availableParallelism } from "node:os";
import type { OrphanGuard } from "../../engine/process/orphan-guard/orphan-guard.ts";
import { runTests, type TestKind, type TestOutcome } from "../../engine/tests/run-tests.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import { runAtMost } from "../../lib/run-at-most.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { CliContext } from "../cli-context.ts";
import { printableWords } from "../output/printable.ts";
import { countWords } from "./count-words.ts";
import { testEnvironment } from "./test-environment.ts";
import { TestLog, testLogPath } from "./test-log.ts";
import { type TestResult, titleOf } from "./test-result.ts";
import type { TestScreen } from "./test-screen.ts";

export interface TestRunOptions {
  overrides: Record<string, string>;
  race: boolean;
  /** Where output is kept; null: nowhere. */
  stateDir: string | null;
  /** Kills at once what a signal has told to end. */
  kill: AbortSignal;
  /** Ends them where this process is killed. */
  guard: OrphanGuard;
}

/** Runs tests of services, shows and keeps what they write. */
export class TestRunner {
  readonly #context: CliContext;
  readonly #fleet: FleetSpec;
  readonly #screen: TestScreen;
  readonly #options: TestRunOptions;

  constructor(context: CliContext, fleet: FleetSpec, screen: TestScreen, options: TestRunOptions) {
    this.#context = context;
    this.#fleet = fleet;
    this.#screen = screen;
    this.#options = options;
  }

  /** The same for a fleet whose files were read again. */
  in(fleet: FleetSpec): TestRunner {
    return new TestRunner(this.#context, fleet, this.#screen, this.#options);
  }

  /** The unit tests of services, as many at once as there are cores; `signalOf` ends those of one. */
  async runUnitTests(
    services: readonly ServiceSpec[],
    signalOf: (service: string) => AbortSignal,
  ): Promise<TestResult[]> {
    const cores = availableParallelism();
    const atOnce = Math.min(cores, services.length);
    // Go would use every core for each of them.
    const jobs = Math.max(1, Math.floor(cores / Math.max(1, atOnce)));
    return await runAtMost(atOnce, services, (service) => this.runTests(service, "unit", signalOf(service.name), jobs));
  }

  /** One kind of a service's tests. */
  async runTests(service: ServiceSpec, kind: TestKind, signal: AbortSignal, jobs?: number): Promise<TestResult> {
    const { name } = service;
    if (signal.aborted) return { service: name, kind, outcome: { status: "interrupted" }, log: null };
    const { env, warnings } = testEnvironment(this.#fleet, service, kind, {
      env: this.#context.env,
      overrides: this.#options.overrides,
    });
    for (const warning of warnings) this.#screen.note(name, printableWords(warning), "yellow");
    const log = this.#openLog(name, kind);
    const done = this.#screen.begin(titleOf({ service: name, kind }));
    const outcome = await runTests({
      service,
      kind,
      env,
      race: this.#options.race,
      signal,
      kill: this.#options.kill,
      guard: this.#options.guard,
      ...(jobs !== undefined && { jobs }),
      onOutput: (line) => log?.write(line),
      onLine: (line) => this.#screen.line(name, line),
    });
    done();
    const path = (await log?.end()) ?? null;
    return this.#told({ service: name, kind, outcome: outcomeOf(outcome), log: path });
  }

  #told(result: TestResult): TestResult {
    const { outcome, service, kind } = result;
    const what = kind === "unit" ? "tests" : "acceptance tests";
    if (outcome.status === "passed") {
      const counted = countWords([outcome.counts]);
      const words =
        counted === "" ? `${what} passed` : counted.replace(/tests?/, kind === "unit" ? "$&" : "acceptance $&");
      this.#screen.note(service, `${words} in ${formatDuration(outcome.counts.ms)}`, "green");
    } else if (outcome.status === "failed") {
      this.#screen.note(service, printableWords(outcome.failure.message), "red");
    }
    return result;
  }

  #openLog(service: string, kind: TestKind): TestLog | null {
    const { stateDir } = this.#options;
    if (stateDir === null) return null;
    try {
      return new TestLog(testLogPath(stateDir, service, kind));
    } catch {
      return null;
    }
  }
}

function outcomeOf(outcome: TestOutcome): TestResult["outcome"] {
  if (outcome.ok) return { status: "passed", counts: outcome.counts };
  if ("cancelled" in outcome) return { status: "interrupted" };
  const { counts, failure, failures } = outcome;
  return { status: "failed", counts, failure, failures };
}
