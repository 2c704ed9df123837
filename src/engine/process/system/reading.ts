/** A reading that takes time lasts this many times as long, so that it takes a small part of all time. */
const restPerReading = 4;

/**
 * What was read from the system, for all that ask within a short while. For systems where each question starts a
 * program.
 */
export class Reading<T> {
  readonly #take: (previous: T | null) => T;
  readonly #lastsMs: number;
  readonly #now: () => number;
  #value: T | null = null;
  #validUntil = Number.NEGATIVE_INFINITY;

  /** `take` gets the reading before; what it returned holds for `lastsMs`, longer where it takes long. `now`: milliseconds. */
  constructor(take: (previous: T | null) => T, lastsMs: number, now: () => number) {
    this.#take = take;
    this.#lastsMs = lastsMs;
    this.#now = now;
  }

  /** The reading, new where the last one is too old or does not satisfy. */
  get(satisfies: (value: T) => boolean = () => true): T {
    const isValid = this.#value !== null && this.#now() < this.#validUntil && satisfies(this.#value);
    return isValid && this.#value !== null ? this.#value : this.#renew();
  }

  #renew(): T {
    const startedAt = this.#now();
    const value = this.#take(this.#value);
    const endedAt = this.#now();
    this.set(value, Math.max(this.#lastsMs, (endedAt - startedAt) * restPerReading));
    return value;
  }

  /** Takes over what was read elsewhere. */
  set(value: T, lastsMs: number): void {
    this.#value = value;
    this.#validUntil = this.#now() + lastsMs;
  }
}
