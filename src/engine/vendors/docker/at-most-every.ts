import type { Clock } from "../../../lib/clock.ts";

/** Calls `fn` at once, and then no sooner than `ms` after the call before; what was asked for meanwhile is one call. */
export class AtMostEvery {
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #fn: () => void;
  #cancel: (() => void) | null = null;
  #isWanted = false;

  constructor(ms: number, clock: Clock, fn: () => void) {
    this.#ms = ms;
    this.#clock = clock;
    this.#fn = fn;
  }

  ask(): void {
    if (this.#cancel !== null) {
      this.#isWanted = true;
      return;
    }
    this.#fn();
    this.#cancel = this.#clock.after(this.#ms, () => {
      this.#cancel = null;
      if (!this.#isWanted) return;
      this.#isWanted = false;
      this.ask();
    });
  }

  /** Makes the call that was asked for, if there is one, and no more. */
  end(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#isWanted) this.#fn();
    this.#isWanted = false;
  }
}
