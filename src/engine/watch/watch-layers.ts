import type { Stats } from "node:fs";
import type { Clock } from "../../lib/clock.ts";
import { type OpenWatcher, WatchLayer } from "./watch-layer.ts";
import type { WatchPart } from "./watch-part.ts";

export interface WatchLayersOptions {
  clock: Clock;
  onFound: (path: string, stats: Stats) => void;
  onWatched: (paths: readonly string[]) => void;
  onReport: (path: string) => void;
  onError: (error: unknown) => void;
  /** What was no longer wanted is let go. */
  onTidied: () => void;
  open?: OpenWatcher | undefined;
}

/** What is no longer needed is let go this much later: many plans that change one after the other are one new layer. */
const tidyMs = 1000;
/**
 * Paths of one layer, which are looked through at once; layers that are opened together follow one another. All of a
 * large fleet at once are not sooner there, and take 60 MB more.
 */
const mostPaths = 6;
/** More layers than that which are not half full are made fewer. */
const mostSmall = 6;

/**
 * Keeps watched what is wanted. What comes anew gets layers of its own, at once; layers with parts that nobody wants
 * any more are replaced by others without them, which are in place before they go, so that no change falls between.
 * Layers are small, so that little is looked through anew then: looking through ten thousand files again and again
 * while the first builds told what they were made of took the daemon 20 MB and more (bench/watch-daemon.ts).
 */
export class WatchLayers {
  readonly #options: WatchLayersOptions;
  readonly #wanted = new Map<string, WatchPart>();
  readonly #layers = new Set<WatchLayer>();
  /** Those of them that go once what replaces them is in place. */
  readonly #leaving = new Set<WatchLayer>();
  #pollMs: number | null = null;
  #isDue = false;
  #isClosed = false;
  #cancelTidy: (() => void) | null = null;
  #settling: Promise<void> = Promise.resolve();

  constructor(options: WatchLayersOptions) {
    this.#options = options;
  }

  want(part: WatchPart): void {
    this.#wanted.set(part.key, part);
    this.#settleSoon();
  }

  unwant(part: WatchPart): void {
    this.#wanted.delete(part.key);
    this.#settleSoon();
  }

  /** Looks at files every so many milliseconds from now on, since the system does not report any more. */
  poll(ms: number): void {
    if (this.#pollMs !== null || this.#isClosed) return;
    this.#pollMs = ms;
    void this.#replace([...this.#layers], [...this.#wanted.values()]);
  }

  /**
   * Lets the system report again. True where it does, once all is watched; false where it was `poll` again meanwhile.
   * What was polled goes only then.
   */
  async watchAgain(): Promise<boolean> {
    if (this.#isClosed) return false;
    this.#pollMs = null;
    await this.#replace([...this.#layers], [...this.#wanted.values()]);
    return this.#pollMs === null && !this.#isClosed;
  }

  /**
   * Looks through everything anew, as if it were watched for the first time: what the system has not told is found, and
   * folders that were made anew meanwhile are watched. Resolves when all is.
   */
  async renew(): Promise<void> {
    if (this.#isClosed) return;
    const old = [...this.#layers];
    this.#layers.clear();
    this.#leaving.clear();
    // Their folders are let go at once: one watch for two layers would be that of a folder that is no more.
    const closed = old.map((layer) => layer.close());
    await Promise.all(this.#open([...this.#wanted.values()]).map(({ ready }) => ready));
    await Promise.all(closed);
  }

  /** All folders that are watched, each once. */
  folders(): string[] {
    return [...new Set([...this.#layers].flatMap((layer) => layer.folders()))];
  }

  /** Resolves when all that is wanted, and is there, is watched. */
  async settled(): Promise<void> {
    while (this.#isDue || [...this.#layers].some((layer) => !layer.isReady)) {
      await this.#settling;
      await Promise.all([...this.#layers].map((layer) => layer.ready));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTidy?.();
    const layers = [...this.#layers];
    this.#layers.clear();
    await Promise.all(layers.map((layer) => layer.close()));
  }

  /** At the end of this turn, so that a fleet that is followed at once is one layer. */
  #settleSoon(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    this.#settling = new Promise((resolve) => {
      setImmediate(() => {
        this.#isDue = false;
        if (!this.#isClosed) this.#settle();
        resolve();
      });
    });
  }

  #settle(): void {
    const missing = new Map(this.#wanted);
    let isTidy = true;
    for (const layer of this.#staying()) {
      for (const [key, part] of layer.parts) {
        // One that was let go and is wanted again is another: what happened to its files meanwhile was told to nobody.
        if (this.#wanted.get(key) === part) missing.delete(key);
        else isTidy = false;
      }
    }
    if (missing.size > 0) this.#open([...missing.values()]);
    if ((!isTidy || this.#small().length > mostSmall) && this.#cancelTidy === null) {
      this.#cancelTidy = this.#options.clock.after(tidyMs, () => {
        this.#cancelTidy = null;
        this.#tidy();
      });
    }
  }

  #tidy(): void {
    const all = this.#staying();
    const small = this.#small();
    const old = all.filter((layer) => !this.#isNeeded(layer) || (small.length > mostSmall && small.includes(layer)));
    if (old.length === 0) return;
    const staying = new Set(all.filter((layer) => !old.includes(layer)).flatMap((layer) => [...layer.parts.keys()]));
    const parts = [...this.#wanted.values()].filter((part) => !staying.has(part.key));
    void this.#replace(old, parts);
  }

  #staying(): WatchLayer[] {
    return [...this.#layers].filter((layer) => !this.#leaving.has(layer));
  }

  #small(): WatchLayer[] {
    return this.#staying().filter(({ paths }) => paths.length < mostPaths / 2);
  }

  /** True where every part of it is wanted. */
  #isNeeded(layer: WatchLayer): boolean {
    return [...layer.parts].every(([key, part]) => this.#wanted.get(key) === part);
  }

  async #replace(old: readonly WatchLayer[], parts: readonly WatchPart[]): Promise<void> {
    for (const layer of old) this.#leaving.add(layer);
    await Promise.all(this.#open(parts).map(({ ready }) => ready));
    for (const layer of old) {
      this.#leaving.delete(layer);
      if (this.#layers.delete(layer)) await layer.close();
    }
    this.#options.onTidied();
  }

  /** What has one path is in one layer, so that a folder is looked through once. */
  #open(parts: readonly WatchPart[]): WatchLayer[] {
    const byPath = Map.groupBy(parts, ({ path }) => path);
    const paths = [...byPath.keys()].sort();
    const opened: WatchLayer[] = [];
    let after = Promise.resolve();
    for (let at = 0; at < paths.length; at += mostPaths) {
      const its = paths.slice(at, at + mostPaths).flatMap((path) => byPath.get(path) ?? []);
      const before = after;
      const layer = this.#openOne(its, before);
      after = before.then(() => layer.ready);
      opened.push(layer);
    }
    return opened;
  }

  #openOne(parts: readonly WatchPart[], after: Promise<void>): WatchLayer {
    const { onFound, onWatched, onReport, onError, open } = this.#options;
    const layer: WatchLayer = new WatchLayer(parts, {
      onFound,
      onWatched,
      onReport,
      onError: (error) => {
        // One that was given up says nothing new.
        if (this.#layers.has(layer)) onError(error);
      },
      pollMs: this.#pollMs,
      after,
      open,
    });
    this.#layers.add(layer);
    return layer;
  }
}
