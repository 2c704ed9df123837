import { formatDuration } from "../../lib/format-duration.ts";
import { listUnits } from "./list-units.ts";

/** The last line of a start that went well. */
export function readySummary(units: readonly string[], tookMs: number): string {
  return `ready after ${formatDuration(tookMs)}: ${listUnits(units)}`;
}
