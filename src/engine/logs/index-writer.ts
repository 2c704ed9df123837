import type { Clock } from "../../lib/clock.ts";
import type { LogFile } from "./log-file.ts";

const writeAfterMs = 1000;

/** Writes the times of lines to the sidecars: of files that grow some time later, of files that end at once. */
export class IndexWriter {
  readonly #clock: Clock;
  readonly #onFailure: () => void;
  readonly #dirty = new Set<LogFile>();
  #cancelWrite: (() => void) | null = null;
  #hasFailed = false;
  #isClosed = false;

  /** `onFailure` is called once, however often writing fails. */
  constructor(clock: Clock, onFailure: () => void) {
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** The file may have times that are not written yet. */
  grew(file: LogFile): void {
    if (!file.index.isDirty || this.#isClosed) return;
    this.#dirty.add(file);
    this.#cancelWrite ??= this.#clock.after(writeAfterMs, () => {
      this.#cancelWrite = null;
      void this.#writeAll();
    });
  }

  /** Writes those of files that have ended. */
  async write(files: readonly LogFile[]): Promise<void> {
    for (const file of files) this.#dirty.delete(file);
    const written = await Promise.all(files.map((file) => file.index.flush()));
    if (written.includes(false)) this.#failed();
  }

  /** Writes what is left, and what is unwritten of `files`. */
  async close(files: readonly LogFile[]): Promise<void> {
    this.#isClosed = true;
    this.#cancelWrite?.();
    for (const file of files) this.#dirty.add(file);
    await this.#writeAll();
  }

  /** One sidecar after the other: there is no hurry, and two hundred at once would be in the way of the rest. */
  async #writeAll(): Promise<void> {
    const files = [...this.#dirty];
    this.#dirty.clear();
    for (const file of files) if (!(await file.index.flush())) this.#failed();
  }

  #failed(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#onFailure();
  }
}
