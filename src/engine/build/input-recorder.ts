import { runCommand } from "../process/run-command.ts";
import type { BuildJob } from "./build-outcome.ts";
import { type BuildRecord, writeBuildRecord } from "./build-records.ts";
import { type BuildInputs, takeFingerprint } from "./fingerprint.ts";
import { goFlags, goSpecOf } from "./go-command.ts";
import { goInputs, goListFields } from "./go-inputs.ts";
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

const listLimitMs = 30_000;
const listNiceness = 19;
const mostListBytes = 16 * 1024 * 1024;

/**
 * Finds out after a build what it was made of, and adds that to its record, so that the next start need not build.
 * One at a time and with the lowest priority: what starts now has the machine.
 */
export class InputRecorder {
  readonly #binDir: string;
  readonly #waiting = new Map<string, RecordedBuild>();
  #current: { key: string; isGood: boolean; abort: AbortController; done: Promise<void> } | null = null;
  readonly #onRecorded: (key: string) => void;
  /** What failed builds would have been made of, until a good one. */
  readonly #unbuilt = new Map<string, BuildInputs>();
  #isClosed = false;

  /** `onRecorded` hears the key of each build whose inputs are on record anew. */
  constructor(binDir: string, onRecorded: (key: string) => void = () => undefined) {
    this.#binDir = binDir;
    this.#onRecorded = onRecorded;
  }

  add(build: RecordedBuild): void {
    if (this.#isClosed) return;
    if (build.record !== null) this.#unbuilt.delete(build.key);
    this.#waiting.set(build.key, build);
    this.#next();
  }

  /** Forgets what it was to do for `key`, since a newer build begins. */
  drop(key: string): void {
    this.#waiting.delete(key);
    if (this.#current?.key === key) this.#current.abort.abort();
  }

  /** Resolves when the inputs of `key` are on record; null where that is not under way. */
  running(key: string): Promise<void> | null {
    return this.#current?.key === key && this.#current.isGood ? this.#current.done : null;
  }

  /** What the last build of `key` would be made of, where it failed; null where it did not, or that is not known. */
  unbuilt(key: string): BuildInputs | null {
    return this.#unbuilt.get(key) ?? null;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#current?.abort.abort();
    await this.#current?.done;
  }

  #next(): void {
    if (this.#current !== null) return;
    const [build] = this.#waiting.values();
    if (build === undefined) return;
    this.#waiting.delete(build.key);
    const abort = new AbortController();
    const done = this.#record(build, abort.signal).finally(() => {
      this.#current = null;
      this.#next();
    });
    this.#current = { key: build.key, isGood: build.record !== null, abort, done };
  }

  async #record(build: RecordedBuild, signal: AbortSignal): Promise<void> {
    const { key, job, record, startedAt, namesBefore } = build;
    const { service, env } = job;
    const go = goSpecOf(service.build);
    const wanted = record === null ? ["-deps", "-e"] : ["-deps"];
    const result = await runCommand({
      command: { file: build.go, args: ["list", ...wanted, `-json=${goListFields}`, ...goFlags(go), go.package] },
      cwd: service.dir,
      env: { ...env, PWD: service.dir },
      timeoutMs: listLimitMs,
      signal,
      maxOutputBytes: mostListBytes,
      nice: listNiceness,
    });
    if (signal.aborted || result.exitCode !== 0) return;
    const stats = new StatCache();
    const inputs = goInputs(result.output, { dir: service.dir, go: build.go, env }, stats);
    if (inputs === null) return;
    const madeOf = { files: inputs.files, directories: inputs.directories };
    if (record === null) {
      this.#unbuilt.set(key, madeOf);
    } else {
      const fingerprint = takeFingerprint(inputs, startedAt, namesBefore, stats);
      const path = inputs.usesCgo ? (env.PATH ?? "") : null;
      writeBuildRecord(this.#binDir, key, { ...record, path, inputs: fingerprint, madeOf });
    }
    this.#onRecorded(key);
  }
}
