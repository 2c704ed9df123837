import { systemClock } from "../../lib/clock.ts";
import { runCommand } from "../process/run-command.ts";
import type { BuildJob } from "./build-outcome.ts";
import { type BuildRecord, inputsOfRecord, writeBuildRecord } from "./build-records.ts";
import { type BuildInputs, takeFingerprint } from "./fingerprint.ts";
import { goFlags, goSpecOf } from "./go-command.ts";
import { goInputs } from "./go-inputs.ts";
import { goListCommand } from "./go-list-command.ts";
import { joinedInputs } from "./joined-inputs.ts";
import { StatCache } from "./stat-cache.ts";

/** A build whose inputs are to be found out. */
export interface RecordedBuild {
  key: string;
  job: BuildJob;
  /** The go command. */
  go: string;
  /** Null where the build failed: then only what is to be watched is of interest. */
  record: BuildRecord | null;
  /** When it began, by the clock that files are stamped with. */
  startedAt: number;
  /** Names in the directories that could be looked at before it began. */
  namesBefore: ReadonlyMap<string, string[]>;
}

/** On a machine that others have to themselves, what has the lowest priority takes its time. */
const listLimitMs = 120_000;
/** A build takes less time than to wait much longer for whether there is anything to build. */
const patienceMs = 3000;
/** Where go.mod is half written when go reads it, in the middle of a checkout, it is whole soon after. */
const againAfterMs = 2000;
const mostTries = 3;
const listNiceness = 19;
const mostListBytes = 16 * 1024 * 1024;
/** What is known is told no later than this, also while there is more to find out. */
const mostUntoldMs = 5_000;

/**
 * Finds out after a build what it was made of, and adds that to its record, so that the next start need not build.
 * One at a time and with the lowest priority: what starts now has the machine. What was changed since the build, and
 * cannot be read now, is on record as far as it can be told: it is to be watched.
 */
export class InputRecorder {
  readonly #binDir: string;
  readonly #waiting = new Map<string, { build: RecordedBuild; tries: number }>();
  #current: { key: string; abort: AbortController; done: Promise<void>; worthWaiting: Promise<void> | null } | null =
    null;
  readonly #onRecorded: (keys: readonly string[]) => void;
  #untold: { keys: string[]; since: number } | null = null;
  /** What failed builds would have been made of, until a good one. */
  readonly #unbuilt = new Map<string, BuildInputs>();
  /** By key: ends the wait of a build that is to be looked at again. */
  readonly #again = new Map<string, () => void>();
  #isClosed = false;

  /**
   * `onRecorded` hears the keys of builds whose inputs are on record anew; of those that wait together at once, since
   * each time it makes what is watched another.
   */
  constructor(binDir: string, onRecorded: (keys: readonly string[]) => void = () => undefined) {
    this.#binDir = binDir;
    this.#onRecorded = onRecorded;
  }

  add(build: RecordedBuild): void {
    if (this.#isClosed) return;
    if (build.record !== null) this.#unbuilt.delete(build.key);
    this.#look(build, 1);
  }

  /** Forgets what it was to do for `key`, since a newer build begins. */
  drop(key: string): void {
    this.#waiting.delete(key);
    this.#again.get(key)?.();
    this.#again.delete(key);
    if (this.#current?.key === key) this.#current.abort.abort();
  }

  /** Resolves when the inputs of `key` are on record, or that takes too long; null where that is not under way. */
  running(key: string): Promise<void> | null {
    return this.#current?.key === key ? this.#current.worthWaiting : null;
  }

  /** What the last build of `key` would be made of, where it failed; null where it did not, or that is not known. */
  unbuilt(key: string): BuildInputs | null {
    return this.#unbuilt.get(key) ?? null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    for (const cancel of this.#again.values()) cancel();
    this.#current?.abort.abort();
    await this.#current?.done;
  }

  #look(build: RecordedBuild, tries: number): void {
    this.#waiting.set(build.key, { build, tries });
    this.#next();
  }

  #next(): void {
    if (this.#current !== null) return;
    const [next] = this.#waiting.values();
    if (next === undefined) return;
    const { build, tries } = next;
    const { key, record } = build;
    this.#waiting.delete(key);
    const abort = new AbortController();
    const done = this.#record(build, abort.signal)
      .then((isKnown) => {
        if (!isKnown && !abort.signal.aborted && tries < mostTries) this.#lookAgain(build, tries + 1);
      })
      .finally(() => {
        this.#current = null;
        this.#tell();
        this.#next();
      });
    const current = { key, abort, done, worthWaiting: null as Promise<void> | null };
    this.#current = current;
    if (record !== null)
      current.worthWaiting = this.#soon(done).then(() => {
        current.worthWaiting = null;
      });
  }

  /** Resolves with `done`, or after `patienceMs`. */
  async #soon(done: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = systemClock.after(patienceMs, late.resolve);
    await Promise.race([done, late.promise]);
    cancel();
  }

  #lookAgain(build: RecordedBuild, tries: number): void {
    const cancel = systemClock.after(againAfterMs, () => {
      this.#again.delete(build.key);
      this.#look(build, tries);
    });
    this.#again.set(build.key, cancel);
  }

  #tell(): void {
    if (this.#untold === null || this.#isClosed) return;
    const { keys, since } = this.#untold;
    if (this.#waiting.size > 0 && performance.now() - since < mostUntoldMs) return;
    this.#untold = null;
    this.#onRecorded(keys);
  }

  /** False where it could not be told now. */
  async #record(build: RecordedBuild, signal: AbortSignal): Promise<boolean> {
    const { key, job, record, startedAt, namesBefore } = build;
    const { service, env } = job;
    const go = goSpecOf(service.build);
    const result = await runCommand({
      command: goListCommand(build.go, ["-e", ...goFlags(go), go.package]),
      cwd: service.dir,
      env: { ...env, PWD: service.dir },
      timeoutMs: listLimitMs,
      signal,
      maxOutputBytes: mostListBytes,
      nice: listNiceness,
    });
    if (signal.aborted || result.exitCode !== 0) return false;
    // What was cut off at its beginning is no list.
    if (result.droppedBytes > 0) return true;
    const stats = new StatCache();
    const inputs = goInputs(result.output, { dir: service.dir, go: build.go, env }, stats);
    if (inputs === null) return true;
    const madeOf = { files: inputs.files, directories: inputs.directories };
    if (record === null) {
      this.#unbuilt.set(key, madeOf);
    } else {
      const fingerprint = inputs.isCertain ? takeFingerprint(inputs, startedAt, namesBefore, stats) : null;
      const path = inputs.usesCgo ? (env.PATH ?? "") : null;
      const last = inputs.isComplete ? null : inputsOfRecord(record);
      const all = last === null ? madeOf : joinedInputs(madeOf, last);
      writeBuildRecord(this.#binDir, key, { ...record, path, inputs: fingerprint, madeOf: all });
    }
    this.#untold ??= { keys: [], since: performance.now() };
    this.#untold.keys.push(key);
    return true;
  }
}
