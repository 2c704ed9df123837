import type { SeenFiles } from "./seen-files.ts";
import type { WatchLayers } from "./watch-layers.ts";

export interface SecondLookParts {
  layers: Pick<WatchLayers, "renew">;
  seen: Pick<SeenFiles, "isAnother" | "paths">;
  /** This file is not as it was seen last, and was not reported since. */
  onAnother: (path: string) => void;
}

/**
 * Linux keeps 16384 reports for whoever has no time to read them, drops the rest, and Node passes the news of that on to
 * nobody. A file of a checkout makes two or three; so many that were heard of may not have been all.
 */
const doubtfulFiles = 1000;
/** About two milliseconds. */
const comparedAtOnce = 500;

/** Finds by looking what was not reported: in the time in which a watch is opened, and in a storm. */
export class SecondLook {
  readonly #parts: SecondLookParts;
  #isLooking = false;

  constructor(parts: SecondLookParts) {
    this.#parts = parts;
  }

  compare(paths: readonly string[]): void {
    const { seen, onAnother } = this.#parts;
    for (const path of paths) if (seen.isAnother(path)) onAnother(path);
  }

  /** All is quiet again after changes of so many files: where they were very many, everything is looked through. */
  async after(files: number): Promise<void> {
    if (files < doubtfulFiles || this.#isLooking) return;
    this.#isLooking = true;
    await this.#parts.layers.renew();
    const known = this.#parts.seen.paths();
    for (let at = 0; at < known.length; at += comparedAtOnce) {
      this.compare(known.slice(at, at + comparedAtOnce));
      await new Promise(setImmediate);
    }
    this.#isLooking = false;
  }
}
