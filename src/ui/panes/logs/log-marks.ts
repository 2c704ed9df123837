import type { LogPattern } from "../../state/log-pattern.ts";

/** What stands out among the lines. */
export interface LogMarks {
  /** Its matches are marked. */
  pattern: LogPattern | null;
  /** Key of the line that was jumped to. */
  at: string | null;
  /** Numbers of the first and last selected line. */
  selected: { from: number; to: number } | null;
}

export const noMarks: LogMarks = { pattern: null, at: null, selected: null };
