import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** How many tests ended how. A test file that cannot be loaded, and an error outside any test, count as failed. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The last line of a test run. */
export function describeCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * A vitest reporter that leaves the counts, as JSON, in the file that TEST_COUNTS names, and says which tests were
 * skipped for want of a tool (see test/helpers/require.ts).
 */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: TestCounts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      for (const suite of module.children.suites()) {
        if (suite.name.includes("(skipped: ")) console.log(`${module.relativeModuleId}: ${suite.name}`);
      }
      const tests = [...module.children.allTests()];
      for (const test of tests) counts[fate(test)] += 1;
      const hasFailedTest = tests.some((test) => fate(test) === "failed");
      if (module.state() === "failed" && !hasFailedTest) counts.failed += 1;
    }
    if (process.env.TEST_COUNTS !== undefined) writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
  }
}

/** A test that was still pending when the run ended has not passed. */
function fate(test: TestCase): keyof TestCounts {
  const { state } = test.result();
  return state === "pending" ? "failed" : state;
}
