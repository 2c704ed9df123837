import type { Notes } from "../notes.ts";
import { type Violation, violations } from "./violation.ts";

/** How far two readings of the uptime may be apart for the same moment: it is told in hundredths of a second. */
const toleranceS = 0.02;

/**
 * Never two generations of a replica at once, by what the programs themselves noted: whatever one of a generation
 * noted last came before anything that one of the next noted.
 */
export function checkGenerations(notes: readonly Notes[]): Violation[] {
  const byUnit = Map.groupBy(notes, (n) => `${n.service}.${n.replica}`);
  const found: string[] = [];
  for (const [unit, own] of byUnit) {
    const generations = [...Map.groupBy(own, (n) => n.generation)].sort(([a], [b]) => a - b);
    for (const [i, [generation, members]] of generations.entries()) {
      const next = generations[i + 1];
      if (next === undefined) continue;
      const last = members.reduce((a, b) => (a.to > b.to ? a : b));
      const first = next[1].reduce((a, b) => (a.from < b.from ? a : b));
      if (first.from >= last.to - toleranceS) continue;
      found.push(
        `${unit}: pid ${last.pid} of generation ${generation} was there until ${last.to}, ` +
          `pid ${first.pid} of generation ${next[0]} since ${first.from} (seconds since boot)`,
      );
    }
  }
  return violations("never two generations of a replica at once", found);
}
