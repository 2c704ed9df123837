import { suggest } from "../lib/suggest.ts";
import { type Goal, goals } from "./wait-for.ts";

/** A name as typed, and what it is waited for to be. An empty list of them means every service, ready. */
export interface WaitTarget {
  name: string;
  goal: Goal;
}

/** Reads `api`, `api=ready`, `@core=stopped`. */
export function parseWaitTargets(
  words: readonly string[],
): { ok: true; targets: WaitTarget[] } | { ok: false; message: string; hint: string } {
  const targets: WaitTarget[] = [];
  for (const word of words) {
    const at = word.indexOf("=");
    const condition = at < 0 ? "ready" : word.slice(at + 1);
    const goal = goals.find((g) => g === condition);
    if (goal === undefined) {
      const close = suggest(condition, goals);
      const hint =
        close === null ? `it is one of ${goals.join(", ")}` : `did you mean "${word.slice(0, at)}=${close}"?`;
      return { ok: false, message: `"${condition}" is nothing to wait for`, hint };
    }
    targets.push({ name: at < 0 ? word : word.slice(0, at), goal });
  }
  return { ok: true, targets };
}
