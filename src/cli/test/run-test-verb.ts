import { prepareStateDir } from "../../daemon/state-dir.ts";
import { OrphanGuard } from "../../engine/process/orphan-guard/orphan-guard.ts";
import { isGoTest, type TestKind } from "../../engine/tests/run-tests.ts";
import { Abort } from "../../lib/abort.ts";
import { exitCodes } from "../../lib/exit-codes.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { CliContext } from "../cli-context.ts";
import { EndRequest } from "../headless/end-request.ts";
import { listNames } from "../output/list-names.ts";
import { reportTests } from "./report-tests.ts";
import { runAcceptanceTests } from "./run-acceptance-tests.ts";
import { type SelectedTests, selectTests, type TestSelection } from "./select-tests.ts";
import { toTestJson } from "./test-json.ts";
import { hasFailed, type TestResult, titleOf } from "./test-result.ts";
import { TestRunner } from "./test-runner.ts";
import { TestScreen } from "./test-screen.ts";
import { runVerbHooks } from "./verb-hooks.ts";

/** What `orchestra test` is asked. Unit tests come first. */
export interface TestVerb extends TestSelection {
  race: boolean;
  /** Runs the tests of a service again when it changes, until it is told to end. */
  watch: boolean;
  /** Bounds each start that acceptance tests need. */
  timeoutMs: number;
  json: boolean;
}

/** What became of all of them. */
interface TestEnd {
  results: TestResult[];
  isTakenDown: boolean;
  isLost: boolean;
}

/** Runs tests and says how they went. Resolves to the exit code, once no process of them is left. */
export async function runTestVerb(context: CliContext, verb: TestVerb): Promise<number> {
  const end = new EndRequest(context);
  // How tests end is told by the exit code and on standard error too.
  if (!verb.watch) context.onReaderGone(() => {});
  try {
    const selected = await selectTests(context, verb, end.told);
    if (selected === null) return end.exitCode;
    context.stderr.write(selected.report);
    if (selected.units.length + selected.acceptances.length > 0) return await testAll(context, verb, selected, end);
    if (selected.report === "") context.stderr.write(`nothing to test: ${nothingOf(verb.kinds)}\n`);
    if (verb.json) context.stdout.write(toTestJson([], false));
    return exitCodes.ok;
  } finally {
    end.close();
  }
}

async function testAll(context: CliContext, verb: TestVerb, selected: SelectedTests, end: EndRequest): Promise<number> {
  const { clock, stderr } = context;
  const { fleet, units, acceptances } = selected;
  // Data is for standard output, and with --json that is the outcome.
  const lines = verb.json ? stderr : context.stdout;
  const names = [...units, ...acceptances].map((s) => s.name);
  const screen = new TestScreen(lines, stderr, clock, names);
  const startedAt = clock.now();
  const guard = new OrphanGuard();
  const control = { signal: end.told, kill: end.pressed, guard };
  try {
    const options = { ...verb, stateDir: stateDirOf(fleet.root, screen), kill: end.pressed, guard };
    const runner = new TestRunner(context, fleet, screen, options);
    if (!(await runVerbHooks(context, fleet, "test", "before", control))) return end.exitCode;
    noteRace(verb, units, screen);
    if (verb.watch) return await watchTests(context, verb, selected, { end, screen, runner });
    screen.expect(units.length + acceptances.length);
    const { results, isTakenDown, isLost } = await runEach(context, verb, selected, { end, screen, runner });
    screen.close();
    const isInterrupted = end.told.aborted;
    reportTests(context, results, clock.now() - startedAt);
    if (verb.json) context.stdout.write(toTestJson(results, isInterrupted));
    if (isInterrupted) return end.exitCode;
    if (isLost) return exitCodes.unreachable;
    const code = exitCodeOf(results);
    if (code !== exitCodes.ok) return code;
    if (!(await runVerbHooks(context, fleet, "test", "after", control))) return end.exitCode;
    return isTakenDown ? exitCodes.ok : exitCodes.failed;
  } finally {
    guard.close();
    screen.close();
  }
}

async function watchTests(
  context: CliContext,
  verb: TestVerb,
  { fleet, units }: SelectedTests,
  { end, screen, runner }: { end: EndRequest; screen: TestScreen; runner: TestRunner },
): Promise<number> {
  const { TestWatch } = await import("./test-watch.ts");
  const reload = async () => {
    try {
      const again = await selectTests(context, verb, end.told);
      return again && { fleet: again.fleet, services: again.units, runner: runner.in(again.fleet) };
    } catch (error) {
      if (!(error instanceof Abort)) throw error;
      screen.say(`${error.message}\n`);
      return null;
    }
  };
  const tests = { fleet, services: units, runner };
  return await new TestWatch(context, { tests, reload, screen, overrides: verb.overrides, end }).run();
}

async function runEach(
  context: CliContext,
  { overrides, timeoutMs }: TestVerb,
  { units, acceptances }: SelectedTests,
  { end, screen, runner }: { end: EndRequest; screen: TestScreen; runner: TestRunner },
): Promise<TestEnd> {
  const results = await runner.runUnitTests(units, () => end.told);
  const bad = new Set(results.filter(({ outcome }) => outcome.status !== "passed").map(({ service }) => service));
  const [ready, notReady] = [acceptances.filter((s) => !bad.has(s.name)), acceptances.filter((s) => bad.has(s.name))];
  const left = notReady.map(({ name }) => notRun(name, end.told.aborted));
  if (ready.length === 0) return { results: [...results, ...left], isTakenDown: true, isLost: false };
  const output = { ...context.stderr, write: (text: string) => screen.say(text) };
  const accepted = await runAcceptanceTests(context, runner, ready, { overrides, timeoutMs, end, output });
  return { ...accepted, results: [...results, ...accepted.results, ...left] };
}

function notRun(service: string, isInterrupted: boolean): TestResult {
  const why = `${titleOf({ service, kind: "unit" })} fails its unit tests`;
  const outcome = isInterrupted ? ({ status: "interrupted" } as const) : ({ status: "skipped", why } as const);
  return { service, kind: "acceptance", outcome, log: null };
}

function stateDirOf(root: string, screen: TestScreen): string | null {
  try {
    return prepareStateDir(root);
  } catch (error) {
    if (!(error instanceof Abort)) throw error;
    screen.say(`the output of the tests is not kept: ${error.message}\n`);
    return null;
  }
}

function noteRace({ race }: TestVerb, units: readonly ServiceSpec[], screen: TestScreen): void {
  const others = units.filter((s) => !isGoTest(s, "unit")).map((s) => s.name);
  if (race && others.length > 0) {
    screen.say(`--race is for Go's own tests, and means nothing to those of ${listNames(others)}\n`);
  }
}

function nothingOf(kinds: readonly TestKind[]): string {
  const keys = kinds.map((kind) => (kind === "unit" ? "test:" : "acceptance:"));
  return `none of it has ${keys.join(" or ")} in its service.yml`;
}

/** A timeout alone is told apart from a failure. */
function exitCodeOf(results: readonly TestResult[]): number {
  if (!hasFailed(results)) return exitCodes.ok;
  const isTimeout = results.every(({ outcome }) => {
    return outcome.status === "blocked" ? outcome.timedOut : outcome.status !== "failed";
  });
  return isTimeout ? exitCodes.timeout : exitCodes.failed;
}
