import { readdirSync, type Stats, statSync } from "node:fs";

/**
 * What files were like at one moment: each is looked at once, so a fleet whose services share packages is checked at
 * the price of one. To be thrown away with the burst that it was made for. Synchronous, because a `stat` takes 2 µs
 * and the way through the thread pool takes 50.
 */
export class StatCache {
  readonly #stats = new Map<string, Stats | null>();
  readonly #names = new Map<string, readonly string[]>();

  /** Null where there is nothing, or nothing that may be looked at. Links are followed. */
  stat(path: string): Stats | null {
    const known = this.#stats.get(path);
    if (known !== undefined) return known;
    const stats = statOrNull(path);
    this.#stats.set(path, stats);
    return stats;
  }

  /** Names of all entries in ascending order; empty where the directory cannot be read. */
  names(dir: string): readonly string[] {
    const known = this.#names.get(dir);
    if (known !== undefined) return known;
    const names = namesIn(dir);
    this.#names.set(dir, names);
    return names;
  }
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}
