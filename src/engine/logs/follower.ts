import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import type { LogFile } from "./log-file.ts";

/** How often a busy file is looked at. */
const busyPollMs = 25;
/** How often a file is looked at that cannot be watched. */
const unwatchedPollMs = 250;
/** A busy file that did not grow for so long is quiet. */
const quietAfterMs = 1000;
/** A watched file with more events than this in `burstMs` is busy: a watch halves the speed of its writer. */
const burstEvents = 4;
const burstMs = 250;

interface Followed {
  file: LogFile;
  watcher: FSWatcher | null;
  lastGrowthAt: number;
  burstStartedAt: number;
  burst: number;
}

/**
 * Sees live files grow. Quiet files are watched, which costs nothing while nothing is written; busy ones are polled
 * without a watch, which costs the writer nothing. Where the system has no watch left, files are polled slowly.
 */
export class Follower {
  readonly #clock: Clock;
  readonly #onGrowth: (file: LogFile) => void;
  readonly #onNotice: (message: string) => void;
  readonly #followed = new Map<LogFile, Followed>();
  readonly #busy = new Set<Followed>();
  readonly #unwatched = new Set<Followed>();
  #cancelBusyPoll: (() => void) | null = null;
  #cancelUnwatchedPoll: (() => void) | null = null;
  #isNoticed = false;

  constructor(clock: Clock, onGrowth: (file: LogFile) => void, onNotice: (message: string) => void) {
    this.#clock = clock;
    this.#onGrowth = onGrowth;
    this.#onNotice = onNotice;
  }

  add(file: LogFile): void {
    const followed: Followed = { file, watcher: null, lastGrowthAt: 0, burstStartedAt: 0, burst: 0 };
    this.#followed.set(file, followed);
    this.#watch(followed);
  }

  remove(file: LogFile): void {
    const followed = this.#followed.get(file);
    if (followed === undefined) return;
    this.#followed.delete(file);
    followed.watcher?.close();
    this.#busy.delete(followed);
    this.#unwatched.delete(followed);
  }

  close(): void {
    for (const file of [...this.#followed.keys()]) this.remove(file);
    this.#cancelBusyPoll?.();
    this.#cancelUnwatchedPoll?.();
  }

  /** Looks at a file now; true where it changed. */
  check(file: LogFile): boolean {
    if (!file.poll(this.#clock.now())) return false;
    this.#onGrowth(file);
    return true;
  }

  #watch(followed: Followed): void {
    try {
      const watcher = watch(followed.file.path, () => this.#onEvent(followed));
      watcher.on("error", (error) => {
        watcher.close();
        if (followed.watcher !== watcher) return;
        followed.watcher = null;
        this.#pollSlowly(followed, error);
      });
      followed.watcher = watcher;
    } catch (error) {
      this.#pollSlowly(followed, error);
    }
    // What was written before the watch was there made no event.
    if (this.check(followed.file)) followed.lastGrowthAt = this.#clock.now();
  }

  #onEvent(followed: Followed): void {
    if (!this.#followed.has(followed.file) || followed.watcher === null) return;
    const now = this.#clock.now();
    if (this.check(followed.file)) followed.lastGrowthAt = now;
    if (now - followed.burstStartedAt > burstMs) {
      followed.burstStartedAt = now;
      followed.burst = 0;
    }
    if (++followed.burst <= burstEvents) return;
    followed.watcher.close();
    followed.watcher = null;
    followed.lastGrowthAt = now;
    this.#busy.add(followed);
    this.#cancelBusyPoll ??= this.#clock.after(busyPollMs, () => this.#pollBusy());
  }

  #pollBusy(): void {
    this.#cancelBusyPoll = null;
    const now = this.#clock.now();
    for (const followed of [...this.#busy]) {
      if (this.check(followed.file)) followed.lastGrowthAt = now;
      else if (now - followed.lastGrowthAt >= quietAfterMs && this.#busy.delete(followed)) this.#watch(followed);
    }
    if (this.#busy.size > 0) this.#cancelBusyPoll ??= this.#clock.after(busyPollMs, () => this.#pollBusy());
  }

  #pollSlowly(followed: Followed, error: unknown): void {
    this.#unwatched.add(followed);
    this.#cancelUnwatchedPoll ??= this.#clock.after(unwatchedPollMs, () => this.#pollUnwatched());
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (this.#isNoticed || (code !== "ENOSPC" && code !== "EMFILE")) return;
    this.#isNoticed = true;
    const limit = code === "ENOSPC" ? "max_user_watches" : "max_user_instances";
    this.#onNotice(
      `the system has no file watch left (${code}), so logs are looked at every ${unwatchedPollMs} ms; raise fs.inotify.${limit}`,
    );
  }

  #pollUnwatched(): void {
    this.#cancelUnwatchedPoll = null;
    for (const { file } of [...this.#unwatched]) this.check(file);
    if (this.#unwatched.size > 0) {
      this.#cancelUnwatchedPoll ??= this.#clock.after(unwatchedPollMs, () => this.#pollUnwatched());
    }
  }
}
