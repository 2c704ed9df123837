import type { LogPiece } from "./docker.ts";

/**
 * How far a container's log was read: `count` pieces of those that Docker gives from `since` on. Times alone would not do.
 * Several pieces may have the same one; stdout and stderr are timed before they are put in order; and all parts of a line
 * that is too long for Docker have the time of the first, however much later they come. So `since` is a moment after which
 * nothing older follows: none of it was within a line, and it is a while ago.
 */
export interface LogMark {
  /** Docker's time, as Docker wrote it; "" for all. */
  since: string;
  count: number;
  /** The greatest time of all that was taken. */
  newest: string;
  /** Of all that was taken, from the first piece on. */
  total: number;
  /** Streams whose newest piece ended within a line. */
  open: { out: boolean; err: boolean };
}

export const freshMark: LogMark = { since: "", count: 0, newest: "", total: 0, open: { out: false, err: false } };

/** Stdout and stderr do not get out of order by more than this. */
const settledMs = 1_000;

/** Moves a mark on, piece by piece. */
export class MarkCounter {
  #mark: LogMark;
  /** What `since` is to be next, once it is settled; `count` of the pieces from then on. */
  #next: { since: string; count: number } | null = null;

  constructor(mark: LogMark) {
    this.#mark = mark;
  }

  get mark(): LogMark {
    return this.#mark;
  }

  take({ stream, time, bytes }: LogPiece): void {
    let { since, count, newest, total, open } = this.#mark;
    const next = this.#next;
    total++;
    if (time < since) {
      // The clock was put back. What is asked for by time would miss this; all there is does not.
      since = "";
      count = total;
      this.#next = null;
    } else count++;
    if (this.#next !== null && time >= this.#next.since) this.#next.count++;
    const isNewest = time > newest;
    if (isNewest) newest = time;
    if (this.#next === null && next === null && isNewest && !open.out && !open.err)
      this.#next = { since: time, count: 1 };
    const isOpen = bytes.at(-1) !== 10;
    if (open[stream] !== isOpen) open = { ...open, [stream]: isOpen };
    if (this.#next !== null && Date.parse(newest) - Date.parse(this.#next.since) >= settledMs) {
      ({ since, count } = this.#next);
      this.#next = null;
    }
    this.#mark = { since, count, newest, total, open };
  }
}

/** Says of each piece that Docker gives from the mark's `since` on whether it was taken before. */
export function takenBefore({ since, count, newest }: LogMark): (piece: Pick<LogPiece, "time">) => boolean {
  let left = count;
  return ({ time }) => {
    if (left === 0) return false;
    if (time < since) return true;
    // What Docker has thrown away meanwhile does not come again.
    if (time > newest) left = 0;
    else left--;
    return time <= newest;
  };
}
