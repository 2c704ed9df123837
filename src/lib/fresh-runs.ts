/**
 * Work that is done again and again, never twice at once. Whoever asks for it gets a run that begins no sooner than that: all
 * who ask during one share the next.
 */
export class FreshRuns {
  readonly #work: () => Promise<void>;
  #current: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /** `work` is begun in the turn in which it is asked for, where none is under way. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves, or rejects, with a run that has begun since. */
  run(): Promise<void> {
    if (this.#current === null) {
      this.#current = this.#work().finally(() => {
        this.#current = null;
      });
      return this.#current;
    }
    this.#next ??= this.#current
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.run();
      });
    return this.#next;
  }
}
