import type { LogCursor } from "../../model/log.ts";
import type { LogStream } from "./log-path.ts";

/**
 * A place in one lane: in the file of `generation`, after everything that ends at or before `end`. Ends are byte
 * offsets, with three that no byte has: 0 is the end of the separator before the first line (so −1 lies before it),
 * `size + 1` that of a last line whose writer ended without a line end, `size + 2` that of the separator after the run.
 * A place inside a line is before that line: it comes again, whole, once it is longer than what was seen.
 */
export interface LogPosition {
  generation: number;
  end: number;
}

/** By lane key; a lane that is not in it is at its very start. */
export type LogPositions = Map<string, LogPosition>;

const version = "1";
const longestCursor = 1024 * 1024;
const entryPattern = /^([^,=]{1,1000})=([0-9a-z]{1,10})\.([0-9a-z]{1,11})$/;

/** Names a unit's out or err lane. */
export function laneKey(unit: string, stream: LogStream): string {
  return stream === "out" ? unit : `${unit}!`;
}

/** Compact text that any transport passes: `1,api#1=3.1k2`. */
export function encodeCursor(positions: LogPositions): LogCursor {
  let text = version;
  for (const [lane, { generation, end }] of positions) {
    text += `,${encodeURIComponent(lane).replaceAll("%23", "#")}=${generation.toString(36)}.${(end + 1).toString(36)}`;
  }
  return text as LogCursor;
}

/** The inverse. Cursors come from outside: anything that `encodeCursor` did not make throws a RangeError. */
export function decodeCursor(cursor: string): LogPositions {
  const [head, ...entries] = cursor.length > longestCursor ? [] : cursor.split(",");
  if (head !== version) throw new RangeError("not a log cursor");
  const positions: LogPositions = new Map();
  for (const entry of entries) {
    const match = entryPattern.exec(entry);
    const generation = Number.parseInt(match?.[2] ?? "", 36);
    const end = Number.parseInt(match?.[3] ?? "", 36) - 1;
    if (!Number.isSafeInteger(generation) || !Number.isSafeInteger(end)) throw new RangeError("not a log cursor");
    positions.set(decodeName(match?.[1] ?? ""), { generation, end });
  }
  return positions;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError("not a log cursor");
  }
}
