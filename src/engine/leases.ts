/** Which services each headless run brought up, so that they end with it. */
export class Leases {
  readonly #services = new Map<string, Set<string>>();

  /** Opens a lease; what is started under a lease that is not open has nobody to end it. */
  open(lease: string): void {
    if (!this.#services.has(lease)) this.#services.set(lease, new Set());
  }

  has(lease: string): boolean {
    return this.#services.has(lease);
  }

  add(lease: string, service: string): void {
    this.#services.get(lease)?.add(service);
  }

  /** Somebody asked for the service in their own name: no lease ends it any more. */
  free(service: string): void {
    for (const services of this.#services.values()) services.delete(service);
  }

  /** Ends the lease and returns what it held. */
  close(lease: string): string[] {
    const services = this.#services.get(lease) ?? [];
    this.#services.delete(lease);
    return [...services];
  }
}
