/**
 * Which services each headless run brought up, so that they end with it. While any is held, or is being ended because its
 * run is over, `onNeed` has said true: then the death of the daemon must not leave them running.
 */
export class Leases {
  readonly #services = new Map<string, Set<string>>();
  /** Leases of an earlier daemon whose runs have not come back yet. */
  readonly #awaited = new Set<string>();
  readonly #onNeed: (isNeeded: boolean) => void;
  #endingCount = 0;
  #isNeeded = false;

  constructor(onNeed: (isNeeded: boolean) => void = () => {}) {
    this.#onNeed = onNeed;
  }

  /** Opens a lease; what is started under a lease that is not open has nobody to end it. */
  open(lease: string): void {
    this.#awaited.delete(lease);
    if (!this.#services.has(lease)) this.#services.set(lease, new Set());
  }

  /** A lease that the daemon before this one has handed over; its run comes back to it, or is gone. */
  await(lease: string, services: readonly string[]): void {
    this.#services.set(lease, new Set(services));
    this.#awaited.add(lease);
    this.#tell();
  }

  /** Handed over, and nobody has come back to them. */
  get awaited(): string[] {
    return [...this.#awaited];
  }

  has(lease: string): boolean {
    return this.#services.has(lease);
  }

  add(lease: string, service: string): void {
    this.#services.get(lease)?.add(service);
    this.#tell();
  }

  /** Somebody asked for the service in their own name: no lease ends it any more. */
  free(service: string): void {
    for (const services of this.#services.values()) services.delete(service);
    this.#tell();
  }

  /** Ends the lease and returns what it held. */
  close(lease: string): string[] {
    const services = this.#services.get(lease) ?? [];
    this.#services.delete(lease);
    this.#awaited.delete(lease);
    return [...services];
  }

  /** What was held is being ended until this resolves. To be called in the same turn as `close`. */
  ending(done: Promise<void>): void {
    this.#endingCount++;
    this.#tell();
    void done.then(() => {
      this.#endingCount--;
      this.#tell();
    });
  }

  #tell(): void {
    const isNeeded = this.#endingCount > 0 || [...this.#services.values()].some((services) => services.size > 0);
    if (isNeeded === this.#isNeeded) return;
    this.#isNeeded = isNeeded;
    this.#onNeed(isNeeded);
  }
}
