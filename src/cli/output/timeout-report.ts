import { formatDuration } from "../../lib/format-duration.ts";
import type { OpenTarget } from "../wait-for.ts";

/** Says that a limit was reached, and what was waited for: one line each, and after all what to do, where that is known. */
export function formatTimeout(pending: readonly OpenTarget[], limitMs: number): string {
  const lines = pending.map((target) => `  ${target.shownAs ?? target.name} ${target.what}\n`);
  const hints = new Set(pending.flatMap(({ hint }) => (hint === undefined ? [] : [`${hint}\n`])));
  return `timed out after ${formatDuration(limitMs)}, still waiting for\n${[...lines, ...hints].join("")}`;
}
