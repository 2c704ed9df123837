import type { EngineClient } from "../model/client.ts";
import type { LogCursor, LogLine, LogQuery } from "../model/log.ts";

/** Where logs are read: a daemon, or the files themselves. */
export type LogSource = Pick<EngineClient, "readLogs">;

/** Which lines are wanted. */
export type LogFilter = Pick<LogQuery, "units" | "grep" | "ignoreCase" | "since" | "generation">;

const pageLines = 2000;
const followWaitMs = 5000;

/** All lines from a place to the present end, in order. Resolves to the place after the last. */
export async function readToEnd(
  source: LogSource,
  filter: LogFilter,
  from: LogCursor | "start",
  onLines: (lines: LogLine[]) => void,
): Promise<LogCursor> {
  let cursor: LogCursor | "start" = from;
  for (;;) {
    const page = await source.readLogs({ ...filter, from: cursor, direction: "forward", limit: pageLines });
    if (page.lines.length > 0) onLines(page.lines);
    if (page.atEnd) return page.after;
    cursor = page.after;
  }
}

/** The last `count` lines, in order, and the place after them. */
export async function readTail(
  source: LogSource,
  filter: LogFilter,
  count: number,
): Promise<{ lines: LogLine[]; after: LogCursor }> {
  let lines: LogLine[] = [];
  let after: LogCursor | null = null;
  let from: LogCursor | "end" = "end";
  for (;;) {
    const limit = Math.max(1, Math.min(pageLines, count - lines.length));
    const page = await source.readLogs({ ...filter, from, direction: "backward", limit });
    after ??= page.after;
    lines = [...page.lines, ...lines];
    if (page.atStart || lines.length >= count) return { lines: count === 0 ? [] : lines.slice(-count), after };
    from = page.before;
  }
}

/**
 * Every line after a place, as they come, until the signal; `onPage` gets the place after them as well. Nothing is
 * skipped, however fast they come: a slow reader falls behind.
 */
export async function followLogs(
  source: LogSource,
  filter: LogFilter,
  from: LogCursor,
  onPage: (lines: LogLine[], after: LogCursor) => void,
  signal: AbortSignal,
): Promise<void> {
  let cursor = from;
  while (!signal.aborted) {
    try {
      const page = await source.readLogs(
        { ...filter, from: cursor, direction: "forward", limit: pageLines, waitMs: followWaitMs },
        signal,
      );
      cursor = page.after;
      onPage(page.lines, page.after);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
