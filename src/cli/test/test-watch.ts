import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import type { Change } from "../../engine/watch/coalesce.ts";
import { FleetWatch } from "../../engine/watch/fleet-watch.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import { runAtMost } from "../../lib/run-at-most.ts";
import { sleep } from "../../lib/sleep.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import type { ServiceSpec } from "../../model/service.ts";
import { sourcesOf } from "../changed/sources-of.ts";
import type { CliContext } from "../cli-context.ts";
import type { EndRequest } from "../headless/end-request.ts";
import { listNames } from "../output/list-names.ts";
import { printableWords } from "../output/printable.ts";
import { reportTests } from "./report-tests.ts";
import { testEnvironment } from "./test-environment.ts";
import { hasFailed, type TestResult } from "./test-result.ts";
import type { TestRunner } from "./test-runner.ts";
import type { TestScreen } from "./test-screen.ts";

/** A change of what several services share reaches each of them by itself, a moment apart. */
const gatherMs = 30;

/** What stands for the fleet's own files among the names of services, which have no blank. */
const configFiles = "the config";
const configQuietMs = 200;

/** What is tested, and how. */
export interface WatchedTests {
  fleet: FleetSpec;
  services: readonly ServiceSpec[];
  runner: TestRunner;
}

export interface TestWatchParts {
  tests: WatchedTests;
  /** Reads the config again; null where it has mistakes, which are told then. */
  reload: () => Promise<WatchedTests | null>;
  screen: TestScreen;
  overrides: Record<string, string>;
  end: EndRequest;
}

/**
 * Runs unit tests, and those of a service again whenever its sources or its tests change, until it is told to end. A change
 * while they run ends them and runs them anew; tests of other services go on.
 */
export class TestWatch {
  readonly #context: CliContext;
  readonly #parts: TestWatchParts;
  readonly #watch: FleetWatch;
  #tests: WatchedTests;
  #services: ReadonlyMap<string, ServiceSpec> = new Map();
  #isConfigOld = false;
  /** Those to be tested next. */
  readonly #changed = new Set<string>();
  readonly #running = new Map<string, AbortController>();
  readonly #last = new Map<string, TestResult>();
  #wake: () => void = () => {};

  constructor(context: CliContext, parts: TestWatchParts) {
    this.#context = context;
    this.#parts = parts;
    this.#tests = parts.tests;
    this.#watch = new FleetWatch({
      clock: context.clock,
      onChange: (service, change) => this.#noteChange(service, change),
      onTrouble: (service, message) => parts.screen.say(`${service === null ? "" : `${service}: `}${message}\n`),
    });
  }

  /** Resolves to the exit code, once nothing runs and nothing is watched: 1 where what was tested last fails. */
  async run(): Promise<number> {
    const { end, screen } = this.#parts;
    try {
      await this.#take(this.#tests);
      while (!end.told.aborted) {
        await this.#testChanged();
        if (end.told.aborted) return end.exitCode;
        if (this.#isConfigOld) await this.#reload();
        if (this.#changed.size > 0) continue;
        screen.say("waiting for changes; Ctrl-C ends\n");
        await this.#nextChange();
      }
      return hasFailed([...this.#last.values()]) ? exitCodes.failed : exitCodes.ok;
    } finally {
      await this.#watch.close();
    }
  }

  /** All of them are tested and followed from now on. */
  async #take(tests: WatchedTests): Promise<void> {
    const { fleet, services } = tests;
    this.#tests = tests;
    for (const name of this.#services.keys()) this.#watch.unfollow(name);
    this.#services = new Map(services.map((service) => [service.name, service]));
    this.#last.clear();
    for (const { name } of services) this.#changed.add(name);
    const own = services.flatMap((service) => [service.file, ...service.envFiles.map(({ path }) => path)]);
    const files = [...new Set([join(fleet.root, "orchestra.yml"), ...fleet.envFiles.map(({ path }) => path), ...own])];
    const ignore = { globs: [], base: fleet.root, files: [] };
    this.#watch.follow(configFiles, { directories: [], files, ignore }, configQuietMs);
    await this.#follow([...this.#services.keys()], this.#context.clock.now());
  }

  async #reload(): Promise<void> {
    this.#isConfigOld = false;
    const tests = await this.#parts.reload();
    if (tests !== null) await this.#take(tests);
  }

  async #testChanged(): Promise<void> {
    const { clock } = this.#context;
    const { screen, end } = this.#parts;
    const services = [...this.#services.values()].filter(({ name }) => this.#changed.has(name));
    this.#changed.clear();
    const startedAt = clock.now();
    screen.expect(services.length);
    for (const { name } of services) this.#running.set(name, new AbortController());
    const results = await this.#tests.runner.runUnitTests(services, (service) => {
      const own = this.#running.get(service)?.signal;
      return own === undefined ? end.told : AbortSignal.any([end.told, own]);
    });
    this.#running.clear();
    screen.close();
    // What a change cut short is tested anew at once, and has nothing to tell.
    const told = results.filter(
      ({ service, outcome }) => outcome.status !== "interrupted" || !this.#changed.has(service),
    );
    for (const result of told) this.#last.set(result.service, result);
    if (told.length > 0) reportTests(this.#context, told, clock.now() - startedAt);
    if (!end.told.aborted)
      await this.#follow(
        services.map((s) => s.name),
        startedAt,
      );
  }

  #noteChange(service: string, change: Change): void {
    const { screen } = this.#parts;
    const { root } = this.#tests.fleet;
    const files = change.files.map((file) => printableWords(relative(root, file)));
    if (service === configFiles) {
      screen.say(`${listNames(files, 3)} changed\n`);
      this.#isConfigOld = true;
      this.#wake();
      return;
    }
    const spec = this.#services.get(service);
    if (spec === undefined) return;
    // The tests of a package that it shares with others are not its own.
    if (change.kind === "test" && !change.files.some((file) => file.startsWith(`${spec.dir}/`))) return;
    const more = change.more === 0 ? "" : ` and ${change.more} more`;
    screen.note(service, `${listNames(files, 3)}${more} changed`, "cyan");
    this.#changed.add(service);
    this.#running.get(service)?.abort();
    this.#watch.restarted(service);
    this.#wake();
  }

  /** Watches what services are made of now; files that were written after `since` count as changed. */
  async #follow(names: readonly string[], since: number): Promise<void> {
    const { overrides, end } = this.#parts;
    const { fleet } = this.#tests;
    const { env: callerEnv } = this.#context;
    await runAtMost(availableParallelism(), names, async (name) => {
      const service = this.#services.get(name);
      if (service === undefined) return;
      const { env } = testEnvironment(fleet, service, "unit", { env: callerEnv, overrides });
      const { plan } = await sourcesOf(service, { purpose: "test", env, signal: end.told, exists: existsSync });
      this.#watch.follow(name, plan, service.watch.debounceMs, since);
    });
    await this.#watch.settled();
  }

  async #nextChange(): Promise<void> {
    const { told } = this.#parts.end;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    told.addEventListener("abort", () => resolve(), { once: true });
    if (this.#changed.size === 0 && !this.#isConfigOld && !told.aborted) await promise;
    await sleep(gatherMs, told, this.#context.clock);
  }
}
