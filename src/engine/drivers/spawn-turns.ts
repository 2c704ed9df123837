/**
 * Lets one spawn happen per turn of the event loop. A fork blocks the loop for about a millisecond, and two hundred in
 * a row would make probes time out that had nothing to do with it.
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
      this.#queue.shift()?.();
      if (this.#queue.length > 0) this.#run();
    });
  }
}
