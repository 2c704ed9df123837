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
/** So many small layers are made one. */
const mostLayers = 6;

/**
 * Keeps watched what is wanted. What comes anew gets a layer of its own, at once; layers with parts that nobody wants
 * any more are replaced by one without them, which is in place before they go, so that no change falls between.
 */
export class WatchLayers {
  readonly #options: WatchLayersOptions;
  readonly #wanted = new Map<string, WatchPart>();
  readonly #layers = new Set<WatchLayer>();
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
    // Their folders are let go at once: one watch for two layers would be that of a folder that is no more.
    const closed = old.map((layer) => layer.close());
    await this.#open([...this.#wanted.values()]).ready;
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
    for (const layer of this.#layers) {
      for (const [key, part] of layer.parts) {
        // One that was let go and is wanted again is another: what happened to its files meanwhile was told to nobody.
        if (this.#wanted.get(key) === part) missing.delete(key);
        else isTidy = false;
      }
    }
    if (missing.size > 0) this.#open([...missing.values()]);
    if ((!isTidy || this.#layers.size > mostLayers) && this.#cancelTidy === null) {
      this.#cancelTidy = this.#options.clock.after(tidyMs, () => {
        this.#cancelTidy = null;
        this.#tidy();
      });
    }
  }

  #tidy(): void {
    const all = [...this.#layers];
    const old = all.length > mostLayers ? all : all.filter((layer) => !this.#isNeeded(layer));
    if (old.length === 0) return;
    const staying = new Set(all.filter((layer) => !old.includes(layer)).flatMap((layer) => [...layer.parts.keys()]));
    const parts = [...this.#wanted.values()].filter((part) => !staying.has(part.key));
    void this.#replace(old, parts);
  }

  /** True where every part of it is wanted. */
  #isNeeded(layer: WatchLayer): boolean {
    return [...layer.parts].every(([key, part]) => this.#wanted.get(key) === part);
  }

  async #replace(old: readonly WatchLayer[], parts: readonly WatchPart[]): Promise<void> {
    if (parts.length > 0) await this.#open(parts).ready;
    for (const layer of old) if (this.#layers.delete(layer)) await layer.close();
    this.#options.onTidied();
  }

  #open(parts: readonly WatchPart[]): WatchLayer {
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
      open,
    });
    this.#layers.add(layer);
    return layer;
  }
}
