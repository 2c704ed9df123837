import type { RunAccount, ServiceAccount } from "../../../src/cli/headless/run-account.ts";
import type { FailureStory } from "../../../src/cli/output/failure-report.ts";

/** A service that was ready after a second, unless told otherwise. */
export function sampleAccountOf(name: string, change: Partial<ServiceAccount> = {}): ServiceAccount {
  return {
    name,
    outcome: "passed",
    what: "ready after 1.0s",
    kind: null,
    buildMs: null,
    tests: null,
    readyMs: 1000,
    tookMs: 800,
    stories: [],
    troubled: [],
    ...change,
  };
}

/** A replica that ended with 3 after it had printed these lines. */
export function sampleStory(unit: string, lines: string[]): FailureStory {
  const failure = { kind: "exited", code: 3, message: "exit 3" } as const;
  return { target: { name: unit, what: "failed: exit 3", failure }, step: "it ended before it was ready", lines };
}

/** A service that failed in that way. */
export function failedAccountOf(name: string, lines: string[]): ServiceAccount {
  const stories = [sampleStory(`${name}#1`, lines)];
  return sampleAccountOf(name, { outcome: "failed", what: "failed: exit 3", kind: "exited", readyMs: null, stories });
}

/** A run of the fleet called shop, unless told otherwise. */
export function sampleAccount(services: ServiceAccount[], change: Partial<RunAccount> = {}): RunAccount {
  return {
    fleet: "shop",
    startedAt: Date.UTC(2026, 0, 31, 12, 1, 2),
    tookMs: 2500,
    exitCode: services.some((s) => s.outcome === "failed") ? 1 : 0,
    services,
    command: null,
    timedOutMs: null,
    end: null,
    remarks: [],
    ...change,
  };
}
