import { setImmediate as nextTurn } from "node:timers/promises";
import { MarkerCache } from "./marker-cache.ts";
import { type ProcessInfo, ticksPerSecond } from "./process-info.ts";
import { ProcessTable } from "./process-table.ts";
import type { ProcessSystem } from "./system/process-system.ts";
import { system } from "./system/this-system.ts";

/** Of the processes that are nobody's, one in so many is read again with each look. */
const rounds = 64;

/** Between fork and exec a process may still change its group and session. */
const settledAfterTicks = 2 * ticksPerSecond;

/** A look serves all who ask within this time. */
const sharedMs = 4;

/** How long a look in slices may hold up the event loop at a time. */
const sliceMs = 4;

/** What was read is forgotten when nobody has asked for so long: a start is often followed by others. */
const forgetAfterMs = 10_000;

/** What a look has to be good for. */
export interface LookNeeds {
  /** Processes that have to be as they are now, where they are listed. */
  wanted?: ReadonlySet<number>;
  /** True: all have to be. */
  isWhole?: boolean;
  /** A moment of `performance.now`: what was read before is too old. */
  since?: number;
}

/** The machine's processes at one moment. */
export interface Look {
  table: ProcessTable;
  /** What their environments say; answers about this table until the next look. */
  marks: MarkerCache;
  /** When it was taken, by `performance.now`. */
  atMs: number;
  isWhole: boolean;
}

/**
 * The process table over and over, for all who need it: what asks in the same moment gets the same table. A whole one
 * costs 10 µs a process, 20 ms where there are two thousand; so in the others, what was settled and of no interest is
 * listed as it was read before. What has come, is young, or is wanted is read anew, and who has gone is not listed.
 *
 * A process can only come to belong to a unit by being forked in it, so a warm table hides no descendant. The one
 * thing it may hide is a new process that got the pid of a settled one that has just ended: where the answer is that
 * nothing is left, a whole look has to give it.
 */
export class ProcessWatch {
  readonly #system: ProcessSystem;
  readonly #lastsMs: number;
  readonly #forgetAfterMs: number;
  readonly #marks = new MarkerCache();
  #known = new Map<number, ProcessInfo>();
  /** Pids that the last look read from the system. */
  readonly #read = new Set<number>();
  #last: Look | null = null;
  #round = 0;
  #keepers = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `lastsMs`: how long a look is shared. `forgetAfterMs`: how long anything is kept that nobody keeps warm. */
  constructor(from: ProcessSystem, times: { lastsMs?: number; forgetAfterMs?: number } = {}) {
    this.#system = from;
    this.#lastsMs = times.lastsMs ?? sharedMs;
    this.#forgetAfterMs = times.forgetAfterMs ?? forgetAfterMs;
  }

  look({ wanted = new Set(), isWhole = false, since = Number.NEGATIVE_INFINITY }: LookNeeds = {}): Look {
    const now = performance.now();
    const last = this.#last;
    const isGood =
      last !== null && now - last.atMs <= this.#lastsMs && last.atMs >= since && (last.isWhole || !isWhole);
    return isGood ? this.#freshen(last, wanted) : this.#take(wanted, isWhole, now);
  }

  /** The same in slices, with turns of the event loop in between, where nothing was read for long. */
  async lookGently({ since }: Pick<LookNeeds, "since"> = {}): Promise<Look> {
    if (this.#last !== null) return this.look({ since });
    const release = this.keepWarm();
    try {
      let sliceEnd = performance.now() + sliceMs;
      for (const pid of this.#system.listPids()) {
        if (this.#known.has(pid)) continue;
        const process = this.#system.readProcess(pid);
        if (process !== null) this.#known.set(pid, process);
        if (performance.now() < sliceEnd) continue;
        await nextTurn();
        sliceEnd = performance.now() + sliceMs;
      }
      return this.look({ since });
    } finally {
      release();
    }
  }

  /** A process of the last table as it is at this moment; as the table has it where it has gone since. */
  upToDate(process: ProcessInfo): ProcessInfo {
    if (this.#read.has(process.pid)) return process;
    const now = this.#readNow(process.pid);
    return now?.startTicks === process.startTicks ? now : process;
  }

  /** Remembers what was read until the result is called. Where nobody asks for that, it is forgotten after a while. */
  keepWarm(): () => void {
    this.#keepers++;
    let isKept = true;
    return () => {
      if (!isKept) return;
      isKept = false;
      this.#keepers--;
      this.#forgetSoon();
    };
  }

  #take(wanted: ReadonlySet<number>, isWhole: boolean, now: number): Look {
    const takenTicks = Math.floor((this.#system.nowMs() * ticksPerSecond) / 1000);
    const known = new Map<number, ProcessInfo>();
    this.#read.clear();
    this.#round = (this.#round + 1) % rounds;
    for (const pid of this.#system.listPids()) {
      const before = isWhole ? undefined : this.#known.get(pid);
      const isSettled = before !== undefined && takenTicks - before.startTicks > settledAfterTicks;
      const isKept = isSettled && pid % rounds !== this.#round && !wanted.has(pid);
      const process = isKept ? before : this.#readNow(pid);
      if (process !== null) known.set(pid, process);
    }
    this.#known = known;
    return this.#list({ atMs: now, isWhole }, takenTicks);
  }

  /** The last look, with those of the wanted read anew that it had as they were. */
  #freshen(last: Look, wanted: ReadonlySet<number>): Look {
    const stale = [...wanted].filter((pid) => this.#known.has(pid) && !this.#read.has(pid));
    if (stale.length === 0) return last;
    // The last table keeps its own.
    this.#known = new Map(this.#known);
    for (const pid of stale) {
      const process = this.#readNow(pid);
      if (process === null) this.#known.delete(pid);
      else this.#known.set(pid, process);
    }
    return this.#list(last, last.table.takenTicks);
  }

  #list({ atMs, isWhole }: Pick<Look, "atMs" | "isWhole">, takenTicks: number): Look {
    const table = new ProcessTable(this.#known, takenTicks);
    this.#marks.refresh(table);
    this.#last = { table, marks: this.#marks, atMs, isWhole };
    this.#forgetSoon();
    return this.#last;
  }

  #readNow(pid: number): ProcessInfo | null {
    this.#read.add(pid);
    return this.#system.readProcess(pid);
  }

  #forgetSoon(): void {
    if (this.#keepers > 0 || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#keepers > 0) return;
      if (this.#last !== null && performance.now() - this.#last.atMs < this.#forgetAfterMs) this.#forgetSoon();
      else this.#forget();
    }, this.#forgetAfterMs).unref();
  }

  #forget(): void {
    this.#known = new Map();
    this.#read.clear();
    this.#marks.forget();
    this.#last = null;
  }
}

/** That of this machine, for all of this program. */
export const processWatch = new ProcessWatch(system);
