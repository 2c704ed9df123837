import type { LogPage, LogQuery } from "../../model/log.ts";

/** Reads one page. Null where it could not be read, which its own status says. */
export type ReadPage = (query: LogQuery, signal: AbortSignal) => Promise<LogPage | null>;

/**
 * One page in which there is something, unless the log ends before. The store looks for matching lines for a while and then answers with what it
 * has, so that no read takes long; here it is asked on until `least` lines are there.
 */
export async function readMatching(
  read: ReadPage,
  query: LogQuery,
  least: number,
  signal: AbortSignal,
): Promise<LogPage | null> {
  let whole = await read(query, signal);
  while (whole !== null && !signal.aborted && whole.lines.length < least) {
    const isBackward = query.direction === "backward";
    if (isBackward ? whole.atStart : whole.atEnd) return whole;
    const from = isBackward ? whole.before : whole.after;
    const next = await read({ ...query, from, limit: query.limit - whole.lines.length }, signal);
    if (next === null) return null;
    // A place that does not move would be asked for ever.
    if ((isBackward ? next.before : next.after) === from && next.lines.length === 0) return whole;
    whole = isBackward
      ? { ...next, lines: [...next.lines, ...whole.lines], after: whole.after, atEnd: whole.atEnd }
      : {
          ...next,
          lines: [...whole.lines, ...next.lines],
          before: whole.before,
          atStart: whole.atStart,
          skippedBytes: whole.skippedBytes + next.skippedBytes,
        };
  }
  return whole;
}
