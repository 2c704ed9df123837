import { describe, expect, test } from "vitest";
import { countFailure, noFailures } from "../../../src/engine/unit/restart-policy.ts";
import type { SupervisePolicy } from "../../../src/model/service.ts";

const policy: SupervisePolicy = {
  threshold: 5,
  decayMs: 30_000,
  backoffMinMs: 1_000,
  backoffMaxMs: 30_000,
  stableMs: 30_000,
  maxFailures: null,
};

/** Number of the failure that first exceeds the threshold, or null within `limit`. */
function tripsAt(everyMs: number, limit = 500): number | null {
  let count = noFailures;
  for (let n = 1; n <= limit; n++) {
    const step = countFailure(count, n * everyMs, policy, 0);
    if (step.verdict.kind === "restart" && step.verdict.isBackoff) return n;
    count = step.count;
  }
  return null;
}

describe("the decaying failure counter agrees with suture's arithmetic", () => {
  test.each([
    [0, 6],
    [5_000, 7],
    [8_000, 11],
    [9_000, 14],
    [9_660, null],
    [30_000, null],
  ])("a crash every %d ms trips at failure %s", (everyMs, expected) => {
    expect(tripsAt(everyMs)).toBe(expected);
  });
});

describe("backoff", () => {
  test("doubles from min to max, and a restart below the threshold waits 200 ms", () => {
    let count = noFailures;
    const delays: number[] = [];
    for (let n = 0; n < 12; n++) {
      const step = countFailure(count, 0, policy, 0);
      if (step.verdict.kind === "restart") delays.push(step.verdict.delayMs);
      count = step.count;
    }
    expect(delays).toEqual([200, 200, 200, 200, 200, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test.each([
    [0, 1_000],
    [0.5, 1_250],
    [0.999, 1_500],
  ])("jitter of %d stretches one second to %d ms", (random, expected) => {
    const tripped = { failures: 6, lastAt: 0, trips: 0, total: 6 };
    expect(countFailure(tripped, 0, policy, random).verdict).toEqual({
      kind: "restart",
      delayMs: expected,
      isBackoff: true,
    });
  });

  test("a clock that goes backwards counts as no time passed", () => {
    const { count } = countFailure({ failures: 3, lastAt: 1_000, trips: 0, total: 3 }, 0, policy, 0);
    expect(count.failures).toBe(4);
  });
});

test("max_failures gives up at that failure, however slowly they came", () => {
  const strict = { ...policy, maxFailures: 3 };
  let count = noFailures;
  const kinds: string[] = [];
  for (let n = 0; n < 3; n++) {
    const step = countFailure(count, n * 600_000, strict, 0);
    kinds.push(step.verdict.kind);
    count = step.count;
  }
  expect(kinds).toEqual(["restart", "restart", "give-up"]);
});
