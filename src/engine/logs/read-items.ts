import { findLineStart, type RawBatch, readBackward, readForward } from "./line-reader.ts";
import type { LogFile } from "./log-file.ts";
import { beginItem, endItem, type LogItem } from "./log-item.ts";

/** A last line without its end is shown once nothing has ended it for this long. */
const partialAfterMs = 100;

/** What one reading of many files shares. */
export interface ReadContext {
  now: number;
  /** Nothing older, milliseconds since the epoch. */
  since: number;
  /** When the next open line is old enough to be shown; Infinity where none waits. Readers lower it. */
  nextPartialAt: number;
}

/** The items of `file` that end after `from`, in order, in batches, as far as the file reached when this began. */
export async function* itemsForward(file: LogFile, from: number, context: ReadContext): AsyncGenerator<LogItem[]> {
  await file.load();
  if (file.isGone || file.newestAt < context.since) return;
  const { size, isLive, extent } = file;
  // A file that is shorter than what was seen of it was truncated, and begins anew.
  let position = isLive && from > size + 2 ? 0 : from;
  if (position < 0 && file.stream === "out" && file.startedAt >= context.since) yield [beginItem(file)];
  position = Math.max(position, context.since > file.startedAt ? await file.index.seek(context.since) : 0);
  const last = isLive ? size : size + 1;
  if (size > 0 && position < last) yield* linesForward(file, position, size, isLive, context);
  if (!isLive && extent === size + 2 && position < extent && file.newestAt >= context.since) yield [endItem(file)];
}

/** The items of `file` that end at or before `to` and after `floor`, newest first, in batches. */
export async function* itemsBackward(
  file: LogFile,
  to: number,
  floor: number,
  context: ReadContext,
): AsyncGenerator<LogItem[]> {
  await file.load();
  if (file.isGone || file.newestAt < context.since) return;
  const { size, isLive, extent } = file;
  if (!isLive && extent === size + 2 && to >= extent && floor < extent) yield [endItem(file)];
  if (size > 0 && to > 0 && floor < extent) {
    const isWhole = to >= (isLive ? size : size + 1);
    for await (const batch of linesBackward(file, isWhole ? size : Math.min(to, size), isWhole, isLive)) {
      const kept = batch.filter((item) => item.end > floor && item.at >= context.since);
      if (kept.length > 0) yield kept;
      if (kept.length < batch.length) return;
    }
  }
  if (to >= 0 && floor < 0 && file.stream === "out" && file.startedAt >= context.since) yield [beginItem(file)];
}

/**
 * Where a reader stands that has seen all there is: the end of the file, or the start of an open line that is too
 * young to be shown, which is then still to come.
 */
export async function endOfFile(file: LogFile, context: ReadContext): Promise<number> {
  await file.load();
  if (!file.isLive || file.size === 0 || file.newestAt + partialAfterMs <= context.now) return file.extent;
  const size = file.size;
  const handle = await file.open();
  if (handle === null) return size;
  try {
    const start = await findLineStart(handle.readAt, size);
    if (start === size) return size;
    const dueAt = (await file.index.range(start, start + 1)).at(start) + partialAfterMs;
    if (dueAt <= context.now) return size;
    context.nextPartialAt = Math.min(context.nextPartialAt, dueAt);
    return start;
  } finally {
    handle.release();
  }
}

async function* linesForward(
  file: LogFile,
  from: number,
  size: number,
  isLive: boolean,
  context: ReadContext,
): AsyncGenerator<LogItem[]> {
  const handle = await file.open();
  if (handle === null) return;
  try {
    for await (const batch of readForward(handle.readAt, from, size)) {
      let items = await toItems(file, batch, isLive);
      const open = batch.hasOpenLine && isLive ? items.at(-1) : undefined;
      if (open !== undefined && open.at + partialAfterMs > context.now) {
        context.nextPartialAt = Math.min(context.nextPartialAt, open.at + partialAfterMs);
        items.pop();
      }
      if (context.since > 0) items = items.filter((item) => item.at >= context.since);
      if (items.length > 0) yield items;
    }
  } finally {
    handle.release();
  }
}

async function* linesBackward(file: LogFile, to: number, isWhole: boolean, isLive: boolean): AsyncGenerator<LogItem[]> {
  const handle = await file.open();
  if (handle === null) return;
  try {
    const end = isWhole ? to : await findLineStart(handle.readAt, to);
    for await (const batch of readBackward(handle.readAt, end)) yield toItems(file, batch, isLive);
  } finally {
    handle.release();
  }
}

/** The open line of a batch is its newest. */
async function toItems(file: LogFile, batch: RawBatch, isLive: boolean): Promise<LogItem[]> {
  const { lines } = batch;
  const first = lines[0]?.offset ?? 0;
  const last = lines.at(-1)?.offset ?? 0;
  const times = await file.index.range(Math.min(first, last), Math.max(first, last) + 1);
  const newest = first > last ? 0 : lines.length - 1;
  return lines.map((raw, i) => {
    const isOpen = batch.hasOpenLine && i === newest;
    // The end of the writer is as good as a line end.
    const end = isOpen && !isLive ? raw.end + 1 : raw.end;
    return { file, kind: "line", at: times.at(raw.offset), offset: raw.offset, end, raw, isPartial: isOpen && isLive };
  });
}
