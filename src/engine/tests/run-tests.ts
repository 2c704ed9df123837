import { resolve } from "node:path";
import type { Failure } from "../../model/failure.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";
import { goFlags, goSpecOf } from "../build/go-command.ts";
import { findGo } from "../build/go-environment.ts";
import { nodeMissing } from "../build/node-missing.ts";
import { StatCache } from "../build/stat-cache.ts";
import { toolMissing } from "../build/tool-missing.ts";
import { type CommandControl, type CommandResult, runCommand } from "../process/run-command.ts";
import { goTestPackages } from "./go-test-packages.ts";
import { goTestWords } from "./go-test-words.ts";
import { type FailedTest, readGoTestEvents } from "./read-go-test-events.ts";
import { commandFailure, type FailedRun, goTestFailure } from "./test-failure.ts";
import { TextLines } from "./text-lines.ts";

/** Which tests of a service: `test:`, or `acceptance:`. */
export type TestKind = "unit" | "acceptance";

export interface TestRun extends CommandControl {
  service: ServiceSpec;
  kind: TestKind;
  /** What the tests get, complete. */
  env: Record<string, string>;
  /** With the race detector, where they are Go's own; the service's own setting counts too. */
  race?: boolean;
  /** Packages that Go builds and tests at once; as many as there are cores unless given. */
  jobs?: number;
  /** How much to step back behind other work, 0 to 19. */
  nice?: number;
  /** All that they write, line by line: for Go with what passed. */
  onOutput?: (line: string) => void;
  /** What of it a person wants to read: for Go what does not pass. */
  onLine?: (line: string) => void;
}

/** How the tests of a service went. */
export type TestOutcome =
  | { ok: true; counts: TestCounts }
  | {
      ok: false;
      failure: Failure;
      counts: TestCounts;
      /** Those that failed, with what each wrote; empty where the command does not tell. */
      failures: FailedTest[];
    }
  | { ok: false; cancelled: true };

/** Tests that take longer hang. Go itself gives up a package after ten minutes. */
const testLimitMs = 30 * 60_000;

/** What the config gives a Go service that says nothing of its tests. */
const goDefault = "go test ./...";

/** The command line that tests a service, as a person would type it; null where there is none. */
export function testCommandOf(service: ServiceSpec, kind: TestKind): string | null {
  return kind === "unit" ? service.test : service.acceptance;
}

/** True where nothing is said about the tests of a Go service, so that Go decides what they are. */
export function isGoDefault(service: ServiceSpec, kind: TestKind): boolean {
  return kind === "unit" && service.build.kind === "go" && service.test === goDefault;
}

/** True where the go command runs the tests, so that they are counted, and `race` means something. */
export function isGoTest(service: ServiceSpec, kind: TestKind): boolean {
  return goTestWords(testCommandOf(service, kind) ?? "") !== null;
}

/**
 * Runs the tests of one service in its folder, to their end. Resolves when no process of them is left, also where `signal`
 * cut it short; never rejects. There must be a command: see `testCommandOf`.
 */
export async function runTests(run: TestRun): Promise<TestOutcome> {
  const command = testCommandOf(run.service, run.kind);
  if (command === null) throw new Error(`${run.service.name} has no ${run.kind} tests`);
  const words = goTestWords(command);
  return words === null ? await runTestCommand(run, command) : await runGoTests(run, words);
}

async function runTestCommand(run: TestRun, command: string): Promise<TestOutcome> {
  const missing = nodeMissing(run.service, command, run.env, "tested");
  if (missing !== null) return { ok: false, failure: missing, counts: notCounted(0), failures: [] };
  const result = await runLines(run, command, (line) => {
    run.onOutput?.(line);
    run.onLine?.(line);
  });
  if (run.signal?.aborted === true) return { ok: false, cancelled: true };
  const counts = notCounted(Math.round(result.durationMs));
  if (result.exitCode === 0) return { ok: true, counts };
  return { ok: false, failure: commandFailure(failedRun(run, command, result)), counts, failures: [] };
}

async function runGoTests(run: TestRun, written: readonly string[]): Promise<TestOutcome> {
  const { service, env, signal } = run;
  const startedAt = performance.now();
  const goFile = findGo(env, new StatCache());
  if (goFile === null) {
    return { ok: false, failure: toolMissing("go", "tested"), counts: notCounted(0), failures: [] };
  }
  const words = isGoDefault(service, run.kind) ? await defaultWords(run, goFile) : raced(written, run.race === true);
  const jobs = run.jobs === undefined || words.includes("-p") ? [] : ["-p", String(run.jobs)];
  const reading = readGoTestEvents({ onOutput: run.onOutput, onLine: run.onLine });
  const args = ["test", "-json", ...jobs, ...words];
  const result = await runLines(run, { file: goFile, args }, (line) => reading.push(line));
  if (signal?.aborted === true) return { ok: false, cancelled: true };
  const results = reading.end();
  const { passed, failed, skipped, failures } = results;
  const counts = { passed, failed, skipped, ms: Math.round(performance.now() - startedAt) };
  if (result.exitCode === 0) return { ok: true, counts };
  const command = ["go test", ...words.filter((word) => word !== "-buildvcs=false")].join(" ");
  return { ok: false, failure: goTestFailure(failedRun(run, command, result), results, counts), counts, failures };
}

/** As the service is built, but for what only its program is linked with. */
async function defaultWords({ service, env, race, signal }: TestRun, go: string): Promise<string[]> {
  const own = goSpecOf(service.build);
  const flags = goFlags({ ...own, race: own.race || race === true, ldflags: "" });
  return [...flags, ...(await goTestPackages(service, { go, env, signal }))];
}

function raced(words: readonly string[], race: boolean): string[] {
  return race && !words.includes("-race") ? ["-race", ...words] : [...words];
}

/** Runs a command and hands on its lines. Both of its streams are one, so that no line is cut by another. */
async function runLines(
  run: TestRun,
  command: string | { file: string; args: readonly string[] },
  onLine: (line: string) => void,
): Promise<CommandResult> {
  const { service, env, signal, kill, guard, nice } = run;
  const lines = new TextLines(onLine);
  const shell =
    typeof command === "string"
      ? `exec 2>&1; ${command}`
      : { file: "/bin/sh", args: ["-c", 'exec "$0" "$@" 2>&1', command.file, ...command.args] };
  const result = await runCommand({
    command: shell,
    cwd: service.dir,
    env: { ...env, PWD: resolve(service.dir) },
    timeoutMs: testLimitMs,
    onOutput: (text) => lines.push(text),
    ...(signal !== undefined && { signal }),
    ...(kill !== undefined && { kill }),
    ...(guard !== undefined && { guard }),
    ...(nice !== undefined && { nice }),
  });
  lines.end();
  return result;
}

function notCounted(ms: number): TestCounts {
  return { passed: null, failed: null, skipped: null, ms };
}

function failedRun(run: TestRun, command: string, result: CommandResult): FailedRun {
  const what = run.kind === "unit" ? "tests" : "acceptance tests";
  return { command, what, service: run.service, limitMs: testLimitMs, result };
}
