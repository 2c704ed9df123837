import { setImmediate } from "node:timers/promises";
import type { LogLine } from "../../model/log.ts";
import type { LogPosition, LogPositions } from "./cursor.ts";
import {
  backwardLane,
  bytesBetween,
  compareLanes,
  type Direction,
  forwardLane,
  hasNewer,
  hasOlder,
  type Lane,
  type LaneFiles,
} from "./lane.ts";
import { LineSearch, windowLines } from "./line-search.ts";
import { toLogLine } from "./log-item.ts";
import { MergeQueue } from "./merge-queue.ts";
import type { PageQuery } from "./page-query.ts";
import { endOfFile, type ReadContext } from "./read-items.ts";

/** A page ends early rather than hold more text than this. */
const mostPageBytes = 4 * 1024 * 1024;
/** How long one call may look for lines that match before it returns with those it has. */
const searchMs = 50;
/** How long the event loop may be kept from everything else. */
const sliceMs = 8;
/** A look at the time after so much work: one for a line, one for each half kilobyte of it. */
const workPerLook = 128;
const workPerFill = 16;

/** A page whose cursors are not encoded yet. */
export interface RawPage {
  lines: LogLine[];
  before: LogPositions;
  after: LogPositions;
  atStart: boolean;
  atEnd: boolean;
  skippedBytes: number;
  /** When an open line that is not on the page is due; Infinity where there is none. */
  nextPartialAt: number;
}

/**
 * Reads one page from what the files hold now. Work is bounded by the page's size; a search that finds little returns
 * after about 50 ms with its cursor advanced, and neither at the start nor at the end.
 */
export async function readPage(lanes: LaneFiles[], query: PageQuery, now: number): Promise<RawPage> {
  const context: ReadContext = { now, since: query.since, nextPartialAt: Infinity };
  const { from } = query;
  if (query.direction === "forward" && !query.isLatest && from !== "end") {
    return readOn(lanes, from === "start" ? new Map() : from, query, context);
  }
  if (query.direction === "backward") {
    const start = from === "start" ? new Map() : from === "end" ? await endOfLanes(lanes, context) : from;
    return readBack(lanes, start, query, context);
  }
  const ends = await endOfLanes(lanes, context);
  if (from !== "end") return readNewest(lanes, from === "start" ? new Map() : from, ends, query, context);
  const atStart = !lanes.some((lane) => hasOlder(lane, ends.get(lane.key) ?? null));
  const { nextPartialAt } = context;
  return { lines: [], before: ends, after: ends, atStart, atEnd: true, skippedBytes: 0, nextPartialAt };
}

/** Forward, nothing left out. */
async function readOn(
  lanes: LaneFiles[],
  from: LogPositions,
  query: PageQuery,
  context: ReadContext,
): Promise<RawPage> {
  const some = lanes.filter((lane) => hasNewer(lane, from.get(lane.key) ?? null));
  const open = some.map((lane) => forwardLane(lane, from.get(lane.key) ?? null, context));
  const found = await collect(open, "forward", query);
  const after = movedTo(from, lanes, open);
  return {
    lines: found.lines,
    before: from,
    after,
    atStart: !lanes.some((lane) => hasOlder(lane, from.get(lane.key) ?? null)),
    atEnd: found.isComplete || !isAny(some, found.unread, (lane) => hasNewer(lane, after.get(lane.key) ?? null)),
    skippedBytes: 0,
    nextPartialAt: context.nextPartialAt,
  };
}

/** Forward, but the newest lines only. */
async function readNewest(
  lanes: LaneFiles[],
  from: LogPositions,
  ends: LogPositions,
  query: PageQuery,
  context: ReadContext,
): Promise<RawPage> {
  const some = lanes.filter((lane) => hasNewer(lane, from.get(lane.key) ?? null));
  const open = some.map((lane) => {
    const end = ends.get(lane.key) ?? { generation: 0, end: -1 };
    return backwardLane(lane, end, from.get(lane.key) ?? null, context);
  });
  const found = await collect(open, "backward", query);
  const before = movedTo(from, lanes, open);
  let skippedBytes = 0;
  for (const [i, lane] of some.entries()) {
    const reached = open[i];
    if (reached === undefined || reached.isDone) continue;
    skippedBytes += bytesBetween(lane, from.get(lane.key) ?? null, reached.position);
  }
  const after: LogPositions = new Map(from);
  for (const lane of some) {
    const end = ends.get(lane.key);
    if (end !== undefined) after.set(lane.key, end);
  }
  return {
    lines: found.lines.reverse(),
    before,
    after: onlyOf(after, lanes),
    atStart: !lanes.some((lane) => hasOlder(lane, before.get(lane.key) ?? null)),
    atEnd: true,
    skippedBytes,
    nextPartialAt: context.nextPartialAt,
  };
}

async function readBack(
  lanes: LaneFiles[],
  from: LogPositions,
  query: PageQuery,
  context: ReadContext,
): Promise<RawPage> {
  const some = lanes.filter((lane) => hasOlder(lane, from.get(lane.key) ?? null));
  const open = some.map((lane) => backwardLane(lane, from.get(lane.key) ?? startOf(lane), null, context));
  const found = await collect(open, "backward", query);
  const before = movedTo(from, lanes, open);
  return {
    lines: found.lines.reverse(),
    before,
    after: onlyOf(from, lanes),
    atStart: found.isComplete || !isAny(some, found.unread, (lane) => hasOlder(lane, before.get(lane.key) ?? null)),
    atEnd: !lanes.some((lane) => hasNewer(lane, from.get(lane.key) ?? null)),
    skippedBytes: 0,
    nextPartialAt: context.nextPartialAt,
  };
}

interface Collected {
  lines: LogLine[];
  /** Every lane was read to its end. */
  isComplete: boolean;
  /** Lanes that may hold more. */
  unread: Lane[];
}

/** Merges the lanes until there are `limit` lines. Closes them. */
async function collect(lanes: Lane[], direction: Direction, query: PageQuery): Promise<Collected> {
  const queue = new MergeQueue(compareLanes(direction), lanes);
  const search = query.matcher === null ? null : new LineSearch(query.matcher);
  const lines: LogLine[] = [];
  const startedAt = performance.now();
  let turnAt = startedAt;
  let bytes = 0;
  let work = 0;
  try {
    while (lines.length < query.limit && bytes < mostPageBytes) {
      const lane = queue.pop();
      if (lane === undefined) break;
      if (lane.head === null) {
        await lane.fill();
        work += workPerFill;
      } else {
        if (search !== null && !search.knows(lane.head)) {
          // What was looked at already is taken first, or the same would be looked at again for the next page.
          if (search.hasLooked && performance.now() - startedAt > searchMs) {
            queue.push(lane);
            break;
          }
          search.look(lane.ahead(windowLines));
          work = workPerLook;
          while (!search.knows(lane.head)) {
            await setImmediate();
            search.look(lane.ahead(windowLines));
          }
        }
        const item = lane.shift();
        work += 1 + (item.raw?.bytes.length ?? 0) / 512;
        const line = search === null ? toLogLine(item) : search.take(item);
        if (line !== null) {
          lines.push(line);
          bytes += line.text.length;
        }
      }
      if (!lane.isDone) queue.push(lane);
      if (work < workPerLook) continue;
      work = 0;
      const at = performance.now();
      if (at - turnAt > sliceMs) {
        await setImmediate();
        turnAt = performance.now();
      }
    }
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
  }
  const unread = [...queue.entries()];
  return { lines, isComplete: unread.length === 0, unread };
}

/** True where a lane has an item in hand, or `hasMore` cannot rule one out. */
function isAny(lanes: LaneFiles[], unread: Lane[], hasMore: (lane: LaneFiles) => boolean): boolean {
  const keys = new Set(unread.filter((lane) => lane.head === null).map((lane) => lane.key));
  return unread.some((lane) => lane.head !== null) || lanes.some((lane) => keys.has(lane.key) && hasMore(lane));
}

async function endOfLanes(lanes: LaneFiles[], context: ReadContext): Promise<LogPositions> {
  const ends = lanes.map(async ({ key, files }): Promise<[string, LogPosition]> => {
    const last = files.at(-1);
    if (last === undefined) return [key, { generation: 0, end: -1 }];
    return [key, { generation: last.run.generation, end: await endOfFile(last, context) }];
  });
  return new Map(await Promise.all(ends));
}

function startOf(lane: LaneFiles): LogPosition {
  return { generation: lane.files[0]?.run.generation ?? 0, end: -1 };
}

/** `from`, with the lanes that were read at where they stand now. */
function movedTo(from: LogPositions, lanes: LaneFiles[], read: Lane[]): LogPositions {
  const positions = new Map(from);
  for (const lane of read) positions.set(lane.key, lane.position);
  return onlyOf(positions, lanes);
}

/** What is about other units does not belong into a cursor. */
function onlyOf(positions: LogPositions, lanes: LaneFiles[]): LogPositions {
  const kept: LogPositions = new Map();
  for (const { key } of lanes) {
    const position = positions.get(key);
    if (position !== undefined) kept.set(key, position);
  }
  return kept;
}
