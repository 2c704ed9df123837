import { type Violation, violations } from "./violation.ts";

/** What was asked of the oneshot: so many starts were accepted for certain, and of so many nobody knows. */
export interface AskedRuns {
  certain: number;
  uncertain: number;
}

/** A oneshot runs once for each start that was accepted; `runs` are its notes, one line a run. */
export function checkRuns(runs: readonly string[], { certain, uncertain }: AskedRuns): Violation[] {
  if (runs.length >= certain && runs.length <= certain + uncertain) return [];
  const asked = uncertain === 0 ? String(certain) : `${certain} to ${certain + uncertain}`;
  const last = runs.slice(-4).join(", ");
  return violations("a oneshot runs once for each wish", [
    `${runs.length} runs for ${asked} wishes; the last (generation and pid): ${last}`,
  ]);
}
