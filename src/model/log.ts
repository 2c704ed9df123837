import type { UnitId } from "./ids.ts";

/** An opaque place in the merged logs of some units. Valid as long as the files exist; survives a daemon restart. */
export type LogCursor = string & { readonly __logCursor: unique symbol };

/** One line of a unit's log, without its line end. Bytes that are no UTF-8 come as U+FFFD; escape sequences are still in it. */
export interface LogLine {
  unit: UnitId;
  generation: number;
  /** Byte offset of the line in its file. */
  offset: number;
  /** When the daemon saw it arrive, milliseconds since the epoch; right to about 30 ms. */
  at: number;
  stream: "out" | "err";
  /** `run`: a separator that the store puts around a generation: `run 3`, and once it is over `run 3 ended: exit 1`. */
  kind: "line" | "run";
  text: string;
  /** True for a last line that has no end yet: it may come again, longer, with the same offset. */
  isPartial: boolean;
  /** Bytes left out of a line that was longer than the limit. */
  cutBytes: number;
}

/**
 * Asks for a window. `units` are unit ids or service names; empty means every unit. Forward pages come in order after
 * `from`; backward pages are the lines right before `from`, also in ascending order.
 */
export interface LogQuery {
  units: string[];
  from: LogCursor | "start" | "end";
  direction: "forward" | "backward";
  /** At most this many lines; the store caps it at 5,000. */
  limit: number;
  /** A JavaScript regular expression; only lines that match are returned. */
  grep?: string;
  /** Case-insensitive `grep`. */
  ignoreCase?: boolean;
  /** Nothing older, milliseconds since the epoch. */
  since?: number;
  /** Only this generation of a single unit. */
  generation?: number;
  /** Forward only: where there is nothing yet, wait up to this long for something. */
  waitMs?: number;
  /**
   * Forward only: where more than `limit` lines are there, return the newest `limit` and count the others in
   * `skippedBytes`. For faces that show a window; without it nothing is ever skipped.
   */
  latest?: boolean;
}

export interface LogPage {
  lines: LogLine[];
  /** Before the first line of the page; ask backward from it for older ones. */
  before: LogCursor;
  /** After the last complete line of the page; ask forward from it for newer ones. */
  after: LogCursor;
  /** There is nothing older (newer) at this moment. */
  atStart: boolean;
  atEnd: boolean;
  /** Bytes passed over because of `latest`. */
  skippedBytes: number;
}
