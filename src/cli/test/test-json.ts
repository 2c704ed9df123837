import { hasFailed, type TestResult } from "./test-result.ts";

/**
 * What `test --json` prints: the outcome of the whole, and each kind of each service's tests. Documented and stable: keys
 * may be added. Counts are null where the command does not tell.
 */
export function toTestJson(results: readonly TestResult[], isInterrupted: boolean): string {
  const outcome = isInterrupted ? "interrupted" : hasFailed(results) ? "failed" : "done";
  return `${JSON.stringify({ outcome, tests: results.map(toJson) })}\n`;
}

function toJson({ service, kind, outcome, log }: TestResult) {
  const counts = "counts" in outcome ? outcome.counts : { passed: null, failed: null, skipped: null, ms: null };
  return {
    service,
    kind,
    status: outcome.status,
    ...counts,
    failure: "failure" in outcome ? outcome.failure : null,
    failures: "failures" in outcome ? outcome.failures : [],
    log,
  };
}
