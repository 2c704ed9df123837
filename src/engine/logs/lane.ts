import type { LogPosition } from "./cursor.ts";
import type { LogFile } from "./log-file.ts";
import { compareItems, type LogItem } from "./log-item.ts";
import { itemsBackward, itemsForward, type ReadContext } from "./read-items.ts";

/** All generations of one stream of one unit, oldest first. */
export interface LaneFiles {
  key: string;
  files: readonly LogFile[];
}

export type Direction = "forward" | "backward";

/**
 * One stream of one unit as a sequence of items over all its generations, read in one direction and only as far as it
 * is asked for. Nothing is read before the first `fill`; until then `bound` says when the next item can be at best.
 */
export class Lane {
  readonly key: string;
  /** After the last item that was taken. */
  position: LogPosition;
  /** The next item; null where `fill` must be asked, or where there is none. */
  head: LogItem | null = null;
  isDone = false;
  #bound: number;
  #batch: LogItem[] = [];
  #next = 0;
  readonly #direction: Direction;
  readonly #batches: AsyncGenerator<LogItem[]>;

  constructor(
    key: string,
    direction: Direction,
    position: LogPosition,
    bound: number,
    batches: AsyncGenerator<LogItem[]>,
  ) {
    this.key = key;
    this.#direction = direction;
    this.position = position;
    this.#bound = bound;
    this.#batches = batches;
  }

  /** No item that is still to come is before this time (after it, going backward). */
  get bound(): number {
    return this.head?.at ?? this.#bound;
  }

  /** Reads on. Afterwards there is a head, or the lane is done. */
  async fill(): Promise<void> {
    while (this.head === null && !this.isDone) {
      const { value, done } = await this.#batches.next();
      this.isDone = done === true;
      this.#batch = done === true ? [] : value;
      this.#next = 0;
      this.head = this.#batch[0] ?? null;
    }
  }

  /** The head and what is read already of what comes after it, at most so many. */
  ahead(most: number): readonly LogItem[] {
    return this.#batch.slice(this.#next, this.#next + most);
  }

  /** Takes the head. */
  shift(): LogItem {
    const item = this.head;
    if (item === null) throw new Error("shift of a lane without a head");
    this.#bound = item.at;
    this.position = {
      generation: item.file.run.generation,
      end: this.#direction === "forward" ? item.end : item.offset,
    };
    this.head = this.#batch[++this.#next] ?? null;
    return item;
  }

  /** Lets go of the file; must be called once the lane is not read any more. */
  async close(): Promise<void> {
    await this.#batches.return(undefined);
  }
}

/** The lane from `from` on (null: from its start), as far as it reaches now. */
export function forwardLane({ key, files }: LaneFiles, from: LogPosition | null, context: ReadContext): Lane {
  const position = from ?? { generation: files[0]?.run.generation ?? 0, end: -1 };
  const first = files.find((file) => file.run.generation >= position.generation);
  const isAtStart = first !== undefined && (first.run.generation > position.generation || position.end < 0);
  const bound = isAtStart && first.isLoaded ? first.startedAt : -Infinity;
  return new Lane(key, "forward", position, bound, chainForward(files, position, context));
}

/** The lane from `to` back to `floor` (null: to its start). */
export function backwardLane(
  { key, files }: LaneFiles,
  to: LogPosition,
  floor: LogPosition | null,
  context: ReadContext,
): Lane {
  const first = files.findLast((file) => file.run.generation <= to.generation);
  const bound = first?.isLoaded === true ? first.newestAt : Infinity;
  return new Lane(key, "backward", to, bound, chainBackward(files, to, floor, context));
}

/** Whether a forward lane at `position` can have anything; cheap, and true where it is not known. */
export function hasNewer({ files }: LaneFiles, position: LogPosition | null): boolean {
  const last = files.at(-1);
  if (last === undefined) return false;
  const { generation } = last.run;
  if (position !== null && position.generation > generation) return false;
  if (!last.isLoaded || position === null || position.generation < generation) return true;
  const start = last.stream === "out" ? position.end : Math.max(0, position.end);
  return start < last.extent || (last.isLive && start > last.size + 2);
}

/** Whether anything lies before `position`; cheap, and true where it is not known. */
export function hasOlder({ files }: LaneFiles, position: LogPosition | null): boolean {
  const first = files[0];
  if (first === undefined || position === null) return false;
  if (position.generation !== first.run.generation) return position.generation > first.run.generation;
  return first.stream === "out" ? position.end >= 0 : position.end > 0;
}

/** Bytes of the lane between two positions. */
export function bytesBetween({ files }: LaneFiles, from: LogPosition | null, to: LogPosition): number {
  let bytes = 0;
  for (const { run, size } of files) {
    const isFirst = from !== null && run.generation === from.generation;
    if (run.generation > to.generation || (from !== null && run.generation < from.generation)) continue;
    const start = isFirst ? Math.min(Math.max(from.end, 0), size) : 0;
    const end = run.generation === to.generation ? Math.min(Math.max(to.end, 0), size) : size;
    bytes += Math.max(0, end - start);
  }
  return bytes;
}

/** Orders lanes by their next item. A lane that does not know its next item comes before an item of the same time. */
export function compareLanes(direction: Direction): (a: Lane, b: Lane) => number {
  const sign = direction === "forward" ? 1 : -1;
  return (a, b) => {
    if (a.bound !== b.bound) return sign * (a.bound < b.bound ? -1 : 1);
    if (a.head === null || b.head === null) return (a.head === null ? 0 : 1) - (b.head === null ? 0 : 1);
    return sign * compareItems(a.head, b.head);
  };
}

async function* chainForward(
  files: readonly LogFile[],
  from: LogPosition,
  context: ReadContext,
): AsyncGenerator<LogItem[]> {
  for (const file of files) {
    if (file.run.generation < from.generation) continue;
    // More of this one may come, so nothing after it may be shown yet.
    const isLast = file.isLive;
    yield* itemsForward(file, file.run.generation === from.generation ? from.end : -1, context);
    if (isLast) return;
  }
}

async function* chainBackward(
  files: readonly LogFile[],
  to: LogPosition,
  floor: LogPosition | null,
  context: ReadContext,
): AsyncGenerator<LogItem[]> {
  const oldest = floor ?? { generation: 0, end: -1 };
  for (const file of files.toReversed()) {
    const { generation } = file.run;
    if (generation > to.generation) continue;
    if (generation < oldest.generation) return;
    const from = generation === to.generation ? to.end : Infinity;
    yield* itemsBackward(file, from, generation === oldest.generation ? oldest.end : -1, context);
  }
}
