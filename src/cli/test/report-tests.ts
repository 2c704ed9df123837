import type { CliContext } from "../cli-context.ts";
import { formatTestFailures, summarizeTests } from "./test-report.ts";
import { hasFailed, type TestResult } from "./test-result.ts";

/** Says how tests ended: what failed once more, and a summary. */
export function reportTests(
  { stderr, cwd }: Pick<CliContext, "stderr" | "cwd">,
  results: readonly TestResult[],
  tookMs: number,
): void {
  stderr.write(formatTestFailures(results, cwd, stderr.hasColor));
  stderr.write(`${hasFailed(results) ? "\n" : ""}${summarizeTests(results, tookMs)}`);
}
