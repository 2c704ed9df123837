import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../lib/message-of.ts";
import { emptyState, type FleetState, parseState } from "./fleet-state.ts";

/** Changes that come within this time are one write: a start of 200 services is not 200 files. */
const coalesceMs = 20;
/** Making and writing the text may take this part of the time at most; the state of a large fleet waits longer. */
const workPart = 0.02;
/** A write that failed is tried again after this, since what freed the disk may be nothing that changes the state. */
const retryMs = 1_000;

/**
 * `.orchestra/state.json`: written atomically (a new file, then a rename) and readable by the user alone. A torn or
 * foreign file reads as empty, and is kept aside. A write that fails is reported once and tried again until it succeeds.
 */
export class StateStore {
  readonly #file: string;
  readonly #onProblem: (message: string) => void;
  #current: () => FleetState = emptyState;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  /** The write that will hold what is so now; null where none has been asked for that has not begun. */
  #due: Promise<void> | null = null;
  /** How long the last text took to make. */
  #workMs = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(file: string, onProblem: (message: string) => void) {
    this.#file = file;
    this.#onProblem = onProblem;
  }

  /** What was last written, or the empty state. To be called once, by the one daemon, before it writes. */
  read(): FleetState {
    this.#removeUnfinished();
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch {
      return emptyState();
    }
    const state = parseState(text);
    if (state !== null) return state;
    try {
      renameSync(this.#file, `${this.#file}.broken`);
    } catch {
      // It cannot be moved; the next write replaces it.
    }
    this.#onProblem(`${this.#file} was damaged; it is kept as state.json.broken, and what it knew is lost`);
    return emptyState();
  }

  /** Says where the state comes from; it is asked at the moment of writing. */
  follow(current: () => FleetState): void {
    this.#current = current;
  }

  /** The state has changed and is to be written soon. */
  touch(): void {
    if (this.#timer !== null || this.#isClosed) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.flush();
      },
      Math.max(coalesceMs, this.#workMs / workPart),
    );
  }

  /**
   * Resolves when the state as it is now is in the file, so that a daemon killed from then on has left it to the next. All
   * who ask while a write is under way share the one after it. Never rejects: what goes wrong is told once, as a problem.
   */
  flush(): Promise<void> {
    if (this.#isClosed) return this.#writing;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#due === null) {
      this.#due = this.#writing.then(() => {
        this.#due = null;
        return this.#write();
      });
      this.#writing = this.#due;
    }
    return this.#due;
  }

  /** The last write, for the daemon's end: resolves when it is on disk. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isClosed = true;
    // One that is under way would otherwise come after this one, with older news.
    await this.#writing;
    const temporary = `${this.#file}.${process.pid}.last`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const descriptor = openSync(temporary, "w", 0o600);
      try {
        writeSync(descriptor, JSON.stringify(this.#current()));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      this.#failed(error);
    }
  }

  async #write(): Promise<void> {
    const temporary = `${this.#file}.${process.pid}.new`;
    try {
      const handle = await open(temporary, "w", 0o600);
      try {
        const startedAt = performance.now();
        const text = JSON.stringify(this.#current());
        this.#workMs = performance.now() - startedAt;
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#file);
      this.#isFailing = false;
    } catch (error) {
      this.#failed(error);
      if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), retryMs).unref();
    }
  }

  /** What a daemon was writing when it was killed. */
  #removeUnfinished(): void {
    const folder = dirname(this.#file);
    const name = basename(this.#file);
    try {
      for (const other of readdirSync(folder)) {
        if (other.startsWith(`${name}.`) && /\.\d+\.(new|last)$/.test(other)) rmSync(join(folder, other));
      }
    } catch {
      // They are in nobody's way.
    }
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    const reason = messageOf(error);
    this.#onProblem(`${this.#file} cannot be written: ${reason}; a new daemon would not find what runs now`);
  }
}
