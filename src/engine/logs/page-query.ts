import { LineMatcher } from "../../lib/line-matcher.ts";
import type { LogQuery } from "../../model/log.ts";
import { decodeCursor, type LogPositions } from "./cursor.ts";
import type { Direction } from "./lane.ts";

const mostLines = 5000;

/** A `LogQuery` that was checked. */
export interface PageQuery {
  from: LogPositions | "start" | "end";
  direction: Direction;
  limit: number;
  /** Null: every line. */
  matcher: LineMatcher | null;
  since: number;
  isLatest: boolean;
}

/** Throws a RangeError that says what is wrong with the query; it comes from outside. */
export function parseQuery(query: LogQuery): PageQuery {
  if (!(query.limit >= 1)) throw new RangeError("the limit of a log query is at least 1");
  return {
    from: parseFrom(query.from),
    direction: query.direction,
    limit: Math.min(Math.floor(query.limit), mostLines),
    matcher: query.grep === undefined ? null : matcherOf(query.grep, query.ignoreCase === true),
    since: query.since ?? 0,
    isLatest: query.latest === true && query.direction === "forward",
  };
}

function parseFrom(from: string): PageQuery["from"] {
  return from === "start" || from === "end" ? from : decodeCursor(from);
}

function matcherOf(pattern: string, ignoreCase: boolean): LineMatcher {
  try {
    return new LineMatcher(pattern, ignoreCase);
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : "not a regular expression");
  }
}
