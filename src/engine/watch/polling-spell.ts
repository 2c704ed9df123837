import type { Clock } from "../../lib/clock.ts";
import type { InspectedWatch } from "../../model/inspection.ts";
import type { WatchLayers } from "./watch-layers.ts";
import type { WatchShortage } from "./watch-trouble.ts";

export interface PollingSpellOptions {
  clock: Clock;
  layers: Pick<WatchLayers, "poll" | "watchAgain" | "folders">;
  /** Whether the system has as many watches left as these folders need. */
  canWatch: (folders: readonly string[]) => boolean;
  /** The system reports again. Told once for each time that it did not. */
  onEnd: () => void;
}

/** Looking at ten thousand files so often takes some hundredths of a core. */
export const pollMs = 2000;
/** Whoever has raised a limit waits no longer; a try takes some milliseconds. */
const tryEveryMs = 60_000;
/** A plan that changes is a good moment, but many change at once. */
const leastBetweenMs = 10_000;

/** The time in which files are looked at again and again, since the system has no watches left; it ends by itself. */
export class PollingSpell {
  readonly #options: PollingSpellOptions;
  #shortage: WatchShortage | null = null;
  #triedAt = 0;
  #cancel: (() => void) | null = null;
  #isTrying = false;
  #isClosed = false;

  constructor(options: PollingSpellOptions) {
    this.#options = options;
  }

  /** Null while the system reports. */
  get state(): InspectedWatch["polling"] {
    return this.#shortage === null ? null : { everyMs: pollMs, why: this.#shortage.what };
  }

  begin(shortage: WatchShortage): void {
    if (this.#isClosed) return;
    const { clock, layers } = this.#options;
    if (this.#shortage === null) this.#triedAt = clock.now();
    this.#shortage = shortage;
    layers.poll(pollMs);
    this.#wait(tryEveryMs);
  }

  /** Something is watched that was not, or the other way round. */
  planChanged(): void {
    if (this.#shortage === null || this.#options.clock.now() - this.#triedAt < leastBetweenMs) return;
    this.#cancel?.();
    this.#cancel = null;
    // At the end of the turn, so that all plans of a fleet are one try.
    this.#wait(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #wait(ms: number): void {
    if (this.#isTrying || this.#isClosed) return;
    this.#cancel ??= this.#options.clock.after(ms, () => {
      this.#cancel = null;
      void this.#try();
    });
  }

  async #try(): Promise<void> {
    const { clock, layers, canWatch, onEnd } = this.#options;
    this.#isTrying = true;
    this.#triedAt = clock.now();
    const isOver = canWatch(layers.folders()) && (await layers.watchAgain());
    this.#isTrying = false;
    if (this.#isClosed) return;
    if (isOver) {
      this.#shortage = null;
      onEnd();
    } else this.#wait(tryEveryMs);
  }
}
