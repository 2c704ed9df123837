import { type Stats, statSync } from "node:fs";
import { type ChokidarOptions, type FSWatcher, watch } from "chokidar";
import { PartIndex } from "./part-index.ts";
import type { WatchPart } from "./watch-part.ts";

/** How chokidar is called; another one in tests of what happens when the system refuses. */
export type OpenWatcher = (paths: string[], options: ChokidarOptions) => FSWatcher;

interface LayerEvents {
  /** A file was found when the watch began. */
  onFound: (path: string, stats: Stats) => void;
  /** These were found, and are watched from now on: what happened to them since they were looked at is not told. */
  onWatched: (paths: readonly string[]) => void;
  /** Something happened to a file; it may be gone. */
  onReport: (path: string) => void;
  onError: (error: unknown) => void;
}

export interface LayerOptions extends LayerEvents {
  /** Looks at every file again and again, so many milliseconds apart; null: lets the system report. */
  pollMs: number | null;
  /** It is opened only then. */
  after: Promise<void>;
  open?: OpenWatcher | undefined;
}

/** Found files that are handed over at once, so that ten thousand of them hold nothing else up. */
const handedAtOnce = 500;

/**
 * A set of parts that are watched. It never changes: what is needed besides gets a layer of its own. A folder that is
 * watched more than once has one inotify watch, since chokidar keeps one for each path in the process.
 */
export class WatchLayer {
  readonly parts: ReadonlyMap<string, WatchPart>;
  /** Absolute, each once. */
  readonly paths: readonly string[];
  /** Resolves when all that is there is watched, or it is closed. */
  readonly ready: Promise<void>;
  readonly #options: LayerOptions;
  readonly #closed = Promise.withResolvers<void>();
  #watcher: FSWatcher | null = null;
  #isReady = false;
  #isClosed = false;

  constructor(parts: readonly WatchPart[], options: LayerOptions) {
    this.parts = new Map(parts.map((part) => [part.key, part]));
    this.paths = [...new Set(parts.map(({ path }) => path))];
    this.#options = options;
    this.ready = Promise.race([this.#closed.promise, options.after.then(() => this.#open())]).then(() => {
      this.#isReady = true;
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  folders(): string[] {
    return this.#watcher === null ? [] : Object.keys(this.#watcher.getWatched());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
    await this.#watcher?.close();
  }

  /** Resolves when its paths, and what is to be watched in them, are watched. */
  async #open(): Promise<void> {
    if (this.#isClosed) return;
    const { onFound, onReport, onError, pollMs, open = watch } = this.#options;
    // Of these parts alone: with all of the fleet, the folder of its config would be looked through with all in it.
    const index = new PartIndex(this.parts.values());
    const { promise, resolve } = Promise.withResolvers<void>();
    const found: string[] = [];
    let isReady = false;
    const watcher = open([...this.paths], {
      ignored: (path, stats) => !isWanted(path, stats, index),
      ignorePermissionErrors: true,
      // Found files are told of, so that what was only touched later can be told from what changed.
      ignoreInitial: false,
      ...(pollMs === null ? {} : { backend: "polling", pollingInterval: pollMs, pollingBinaryInterval: pollMs }),
    });
    this.#watcher = watcher;
    watcher.on("add", (path, stats) => {
      if (isReady || stats === undefined) {
        onReport(path);
        return;
      }
      onFound(path, stats);
      found.push(path);
    });
    watcher.on("change", (path) => onReport(path));
    watcher.on("unlink", (path) => onReport(path));
    watcher.on("error", onError);
    watcher.on("ready", () => {
      isReady = true;
      resolve();
    });
    await Promise.race([promise, this.#closed.promise]);
    for (let from = 0; from < found.length && !this.#isClosed; from += handedAtOnce) {
      this.#options.onWatched(found.slice(from, from + handedAtOnce));
      await new Promise(setImmediate);
    }
  }
}

/** Chokidar asks before it descends; without `stats` it does not know yet whether there is a file or a folder. */
function isWanted(path: string, stats: Stats | undefined, index: PartIndex): boolean {
  if (index.has(path)) return true;
  if (stats === undefined) return index.counts(path) || index.wantsFolder(path);
  if (stats.isDirectory()) return index.wantsFolder(path);
  // A link to a folder may lead anywhere; a file that is linked to is followed.
  return index.counts(path) && !(stats.isSymbolicLink() && leadsToFolder(path));
}

function leadsToFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return true;
  }
}
