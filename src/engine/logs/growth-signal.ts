import type { LogFile } from "./log-file.ts";

/** A longer timer would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Hears of growth from the moment it is made, so that nothing is missed between looking and waiting. */
export interface GrowthListener {
  /** Resolves when something grew since the last `wait`, after `ms` (Infinity: never), or when `signal` aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Tells readers that wait that a log has more for them. */
export class GrowthSignal {
  readonly #listeners = new Set<{ wants: (file: LogFile) => boolean; wake: () => void }>();

  notify(file: LogFile): void {
    for (const listener of this.#listeners) if (listener.wants(file)) listener.wake();
  }

  /** Ends every wait. */
  wakeAll(): void {
    for (const listener of this.#listeners) listener.wake();
  }

  listen(wants: (file: LogFile) => boolean): GrowthListener {
    let hasGrown = false;
    let resume: (() => void) | null = null;
    const wake = (): void => {
      hasGrown = true;
      resume?.();
    };
    const listener = { wants, wake };
    this.#listeners.add(listener);
    return {
      async wait(ms, signal) {
        if (!hasGrown && signal?.aborted !== true) {
          const { promise, resolve } = Promise.withResolvers<void>();
          const done = (): void => resolve();
          const timer = Number.isFinite(ms) ? setTimeout(done, Math.min(ms, longestTimerMs)) : undefined;
          resume = done;
          signal?.addEventListener("abort", done);
          await promise;
          clearTimeout(timer);
          signal?.removeEventListener("abort", done);
          resume = null;
        }
        hasGrown = false;
      },
      close: () => void this.#listeners.delete(listener),
    };
  }
}
