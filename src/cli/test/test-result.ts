import type { FailedTest } from "../../engine/tests/read-go-test-events.ts";
import type { TestKind } from "../../engine/tests/run-tests.ts";
import type { Failure } from "../../model/failure.ts";
import type { TestCounts } from "../../model/service-snapshot.ts";

/** How one kind of a service's tests ended. */
export interface TestResult {
  service: string;
  kind: TestKind;
  outcome:
    | { status: "passed"; counts: TestCounts }
    | { status: "failed"; counts: TestCounts; failure: Failure; failures: FailedTest[] }
    /** What they need did not come up. `report`: all there is to say about it, lines with their ends. */
    | { status: "blocked"; failure: Failure; report: string; timedOut: boolean }
    /** Not run, since others failed before. */
    | { status: "skipped"; why: string }
    /** Ended before their end, or never begun. */
    | { status: "interrupted" };
  /** The file that holds all that they wrote; null where nothing is kept. */
  log: string | null;
}

/** `orders`, or `orders (acceptance)`. */
export function titleOf({ service, kind }: Pick<TestResult, "service" | "kind">): string {
  return kind === "unit" ? service : `${service} (acceptance)`;
}

/** Whether any of them did not do what it was to do. */
export function hasFailed(results: readonly TestResult[]): boolean {
  return results.some(({ outcome }) => outcome.status === "failed" || outcome.status === "blocked");
}
