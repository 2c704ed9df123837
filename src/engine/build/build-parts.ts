import type { BuildOutcome } from "./build-outcome.ts";
import type { BuildPart } from "./toolchain.ts";

const cancelled: BuildOutcome = { ok: false, cancelled: true };

/** The parts of one build that one command carries out: who still waits for it, and how each went. */
export class BuildParts {
  readonly #parts: readonly BuildPart[];
  readonly #each: PromiseWithResolvers<BuildOutcome | null>[];
  readonly #abort = new AbortController();
  /** Indices of those whose program is neither there nor given up. */
  readonly #waiting: Set<number>;

  constructor(parts: readonly BuildPart[]) {
    this.#parts = parts;
    this.#each = parts.map(() => Promise.withResolvers());
    this.#waiting = new Set(parts.keys());
    for (const [at, { signal }] of parts.entries()) {
      if (signal.aborted) this.#giveUp(at);
      else signal.addEventListener("abort", () => this.#giveUp(at), { once: true });
    }
  }

  get outcomes(): Promise<BuildOutcome | null>[] {
    return this.#each.map(({ promise }) => promise);
  }

  /** Aborted when nobody waits for the command any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The program of this part is there: from now on it cannot be given up. False where it has been already. */
  take(at: number): boolean {
    return this.#waiting.delete(at);
  }

  settle(at: number, outcome: BuildOutcome | null): void {
    this.#each[at]?.resolve(outcome);
  }

  /** The command has ended: what it did not make is given up, or has to be built by itself. */
  end(): void {
    this.#waiting.clear();
    for (const [at, { signal }] of this.#parts.entries()) this.settle(at, signal.aborted ? cancelled : null);
  }

  /** The command goes on while others wait for it; who gives up last waits for its processes to end. */
  #giveUp(at: number): void {
    if (!this.#waiting.delete(at)) return;
    if (this.#waiting.size === 0) this.#abort.abort();
    else this.settle(at, cancelled);
  }
}
