import type { Clock } from "../../../src/lib/clock.ts";

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer);
    };
  }

  /** Milliseconds until each timer that is set, in ascending order. */
  get pending(): number[] {
    return this.#timers.map((timer) => timer.at - this.#now).sort((a, b) => a - b);
  }

  /** Goes on to the next timer and runs it; false where none is set. */
  next(): boolean {
    const timer = this.#timers.toSorted((a, b) => a.at - b.at)[0];
    if (timer === undefined) return false;
    this.#timers = this.#timers.filter((t) => t !== timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.fn();
    return true;
  }

  /** Lets time pass without running anything. */
  pass(ms: number): void {
    this.#now += ms;
  }
}
