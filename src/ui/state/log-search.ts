import type { LogLine } from "../../model/log.ts";
import type { LogPattern } from "./log-pattern.ts";

/** What is looked for in the logs. */
export interface LogSearch {
  pattern: LogPattern;
  /** Key of the line that was jumped to last; null before the first. */
  at: string | null;
  /** The history on disk is being looked through, for an older (-1) or a newer (1) match. */
  finding: -1 | 1 | null;
}

/** Names a line for as long as its file exists: the same whether it came live or from disk, whole or not yet. */
export function lineKey({ unit, generation, stream, offset, kind }: LogLine): string {
  return `${unit} ${generation} ${stream} ${offset} ${kind}`;
}
