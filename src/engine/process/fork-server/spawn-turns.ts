import { performance } from "node:perf_hooks";

/**
 * How long spawns may hold up one turn of the event loop, in milliseconds. A fork write-protects all of our memory, and
 * every page that is written to afterwards costs a fault, so forks in a row are cheaper than forks between other work; and
 * who asked is woken once for all of them. An end that comes meanwhile is told that much later.
 */
const turnMs = 20;

/**
 * Lets a few spawns happen per turn of the event loop. A fork blocks the loop for a millisecond or more, and two hundred
 * in a row would make probes time out that had nothing to do with it.
 */
export class SpawnTurns {
  readonly #queue: (() => void)[] = [];
  #isRunning = false;

  /** Calls `spawn` when its turn comes. */
  take<T>(spawn: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#queue.push(() => {
      try {
        resolve(spawn());
      } catch (error) {
        reject(error);
      }
    });
    this.#run();
    return promise;
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => {
      this.#isRunning = false;
      const until = performance.now() + turnMs;
      do this.#queue.shift()?.();
      while (this.#queue.length > 0 && performance.now() < until);
      if (this.#queue.length > 0) this.#run();
    });
  }
}
