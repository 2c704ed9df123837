const windowMs = 1000;

/** How much went by within the last second. Says once more when it has fallen to nothing, so that a figure does not stay on the screen. */
export class RateMeter {
  readonly #onQuiet: () => void;
  #samples: { at: number; amount: number }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(onQuiet: () => void) {
    this.#onQuiet = onQuiet;
  }

  add(amount: number): void {
    this.#samples.push({ at: performance.now(), amount });
    this.#prune();
    this.#timer ??= setTimeout(() => this.#check(), windowMs);
  }

  perSecond(): number {
    this.#prune();
    return this.#samples.reduce((sum, sample) => sum + sample.amount, 0) * (1000 / windowMs);
  }

  reset(): void {
    this.#samples = [];
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #check(): void {
    this.#prune();
    this.#timer = this.#samples.length === 0 ? null : setTimeout(() => this.#check(), windowMs);
    if (this.#timer === null) this.#onQuiet();
  }

  #prune(): void {
    const oldest = performance.now() - windowMs;
    const firstKept = this.#samples.findIndex((sample) => sample.at > oldest);
    this.#samples = firstKept === -1 ? [] : this.#samples.slice(firstKept);
  }
}
