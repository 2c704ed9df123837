import type { SupervisePolicy } from "../../model/service.ts";

/** A restart never follows sooner, so that a program that dies at once cannot spin. */
const minRestartDelayMs = 200;

/** What the policy remembers of one unit. Pure data; times are milliseconds since the epoch. */
export interface FailureCount {
  /** The decaying counter of the Suture supervisor. */
  failures: number;
  lastAt: number | null;
  /** Backoffs since the last stable spell; the next one lasts `min · 2^trips`. */
  trips: number;
  /** Failures since the last stable spell, undecayed: what `max_failures` limits. */
  total: number;
}

export const noFailures: FailureCount = { failures: 0, lastAt: null, trips: 0, total: 0 };

/** What follows a failure. */
export type Verdict =
  /** Start again after `delayMs`; `isBackoff` where the threshold was exceeded. */
  | { kind: "restart"; delayMs: number; isBackoff: boolean }
  /** `max_failures` is reached. */
  | { kind: "give-up"; failures: number };

/**
 * Counts one failure: `failures = failures · 0.5^(Δt / decay) + 1`, as the Suture supervisor (Go) does it, but per unit,
 * so that one bad service never pauses its siblings. Above the threshold the wait doubles from `backoffMin` to
 * `backoffMax`, times a jitter in [1, 1.5).
 *
 * @param random a number in [0, 1), for the jitter
 */
export function countFailure(
  count: FailureCount,
  now: number,
  policy: SupervisePolicy,
  random: number,
): { count: FailureCount; verdict: Verdict } {
  const elapsedMs = count.lastAt === null ? 0 : Math.max(0, now - count.lastAt);
  const failures = count.failures * 0.5 ** (elapsedMs / policy.decayMs) + 1;
  const total = count.total + 1;
  if (policy.maxFailures !== null && total >= policy.maxFailures) {
    return {
      count: { failures, lastAt: now, trips: count.trips, total },
      verdict: { kind: "give-up", failures: total },
    };
  }
  if (failures <= policy.threshold) {
    return {
      count: { failures, lastAt: now, trips: count.trips, total },
      verdict: { kind: "restart", delayMs: minRestartDelayMs, isBackoff: false },
    };
  }
  const lengthMs = Math.min(policy.backoffMaxMs, policy.backoffMinMs * 2 ** count.trips) * (1 + random / 2);
  return {
    count: { failures, lastAt: now, trips: count.trips + 1, total },
    verdict: { kind: "restart", delayMs: Math.max(minRestartDelayMs, Math.round(lengthMs)), isBackoff: true },
  };
}
