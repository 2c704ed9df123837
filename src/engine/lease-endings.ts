import type { Leases } from "./leases.ts";
import type { Supervisor } from "./supervisor.ts";

/** How long a daemon that was handed over to waits for the headless runs of the one before, milliseconds. */
const returnMs = 5_000;

/** Ends what headless runs have brought up, once they are over. */
export class LeaseEndings {
  readonly #leases: Leases;
  readonly #supervisor: Supervisor;
  readonly #onEnd: () => void;
  #cancelReturn: () => void = () => {};

  /** `onEnd`: a lease is over, and what it held is being stopped. */
  constructor(leases: Leases, supervisor: Supervisor, onEnd: () => void) {
    this.#leases = leases;
    this.#supervisor = supervisor;
    this.#onEnd = onEnd;
  }

  end(lease: string): void {
    this.#stop(this.#leases.close(lease));
    this.#onEnd();
  }

  /** Leases of the daemon before this one: its runs come back to a daemon that was handed over to; else they are over. */
  takeOver(leased: ReadonlyMap<string, readonly string[]>, isHandedOver: boolean): void {
    if (!isHandedOver) {
      this.#stop([...leased.values()].flat());
      return;
    }
    for (const [lease, services] of leased) this.#leases.await(lease, services);
    if (leased.size === 0) return;
    this.#cancelReturn = this.#supervisor.clock.after(returnMs, () => {
      for (const lease of this.#leases.awaited) this.end(lease);
    });
  }

  /** Nobody is waited for any more. */
  close(): void {
    this.#cancelReturn();
  }

  /** Dependents first; but all of it is killed once the longest grace period of all is over. */
  #stop(names: readonly string[]): void {
    const { services, clock } = this.#supervisor;
    const leased = names.flatMap((name) => services.get(name) ?? []);
    if (leased.length === 0) return;
    for (const service of leased) {
      this.#supervisor.want(service, { isRunning: false, lease: null }, { kind: "lease" });
    }
    const graceMs = Math.max(0, ...leased.map(({ spec }) => spec.stop.graceMs));
    const cancel = clock.after(graceMs, () => {
      for (const service of leased) {
        if (!service.wanted.isRunning) this.#supervisor.kill(service, service.replicas.keys(), { kind: "lease" });
      }
    });
    this.#leases.ending(this.#supervisor.allStopped().then(cancel));
  }
}
