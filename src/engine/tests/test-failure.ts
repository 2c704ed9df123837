import { formatDuration } from "../../lib/format-duration.ts";
import type { Failure } from "../../model/failure.ts";
import type { ServiceSpec } from "../../model/service.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";
import { outputLines } from "../build/build-failure.ts";
import { programMissing } from "../build/node-missing.ts";
import { notFoundCode, programNotFound } from "../build/tool-missing.ts";
import type { CommandResult } from "../process/run-command.ts";
import type { GoTestResults } from "./read-go-test-events.ts";

const namedTests = 3;
const noModule = /go\.mod file not found|cannot find main module|does not contain main module/;

/** What was run, as a person would type it, and how long it might have taken. */
export interface FailedRun {
  command: string;
  /** `tests`, `acceptance tests`. */
  what: string;
  service: Pick<ServiceSpec, "dir" | "envFiles">;
  limitMs: number;
  result: CommandResult;
}

/** Why the tests that a command runs are not well. */
export function commandFailure({ command, what, service, limitMs, result }: FailedRun): Failure {
  if (result.failure !== null) return result.failure;
  const output = outputLines(result.output);
  if (result.exitCode === notFoundCode) {
    const tool = programNotFound(output.join("\n"));
    if (tool !== null) return programMissing(service, tool, "tested");
  }
  const message = result.timedOut
    ? `did not finish its ${what} within ${formatDuration(limitMs)}`
    : `fails its ${what}: \`${command}\` ended with ${result.exitCode ?? result.signal}`;
  return { kind: "test-failed", command, exitCode: result.exitCode, failed: [], output, message };
}

/** Why Go's tests are not well: which of them failed, or what kept them from being run. */
export function goTestFailure(run: FailedRun, results: GoTestResults, counts: TestCounts): Failure {
  const { command, what, result } = run;
  if (result.failure !== null || result.timedOut) return commandFailure(run);
  const { failures, remarks } = results;
  const output = outputLines([...failures.flatMap((f) => f.output), ...remarks].join("\n"));
  const failed = failures.map(({ name }) => name);
  if (counts.passed === 0 && output.some((line) => noModule.test(line))) {
    const message = `cannot be tested: there is no go.mod in ${run.service.dir} or above it`;
    const hint = "run `go mod init NAME` there, or say with `test:` how it is tested";
    return { kind: "test-failed", command, exitCode: result.exitCode, failed, output, message, hint };
  }
  const all = (counts.passed ?? 0) + (counts.failed ?? 0);
  const message = goMessage(results, all, what) ?? commandFailure(run).message;
  return { kind: "test-failed", command, exitCode: result.exitCode, failed, output, message };
}

function goMessage({ failures, remarks }: GoTestResults, all: number, what: string): string | null {
  const [first] = failures;
  if (first === undefined) {
    const word = remarks.find((line) => line !== "" && !line.startsWith("go: downloading "));
    return word === undefined ? null : `cannot be tested: ${word.trim()}`;
  }
  const isPackage = (name: string): boolean => !name.includes(" ");
  if (failures.every(({ name }) => isPackage(name))) {
    const error = first.output.find((line) => line !== "" && !line.startsWith("# "));
    return `fails its ${what}: ${(error ?? first.name).trim()}${moreOf(failures.length - 1)}`;
  }
  const names = failures.slice(0, namedTests).map(({ name }) => name.slice(name.indexOf(" ") + 1));
  return `fails ${failures.length} of ${all} ${what}: ${names.join(", ")}${moreOf(failures.length - names.length)}`;
}

function moreOf(count: number): string {
  return count <= 0 ? "" : ` (and ${count} more)`;
}
