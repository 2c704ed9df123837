import type { Clock } from "../lib/clock.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { StampedEvent } from "../model/event.ts";
import { applyEvent, type FleetSnapshot } from "../model/snapshot.ts";

/** How long the daemon may be out of reach, as while it is replaced, before a wait ends. */
const lostAfterMs = 10_000;

/** How a wait ended. `lost`: the daemon is gone, so nobody knows. */
export type WaitEnd<T> =
  | { kind: "met"; value: T }
  | { kind: "timeout" }
  | { kind: "aborted" }
  | { kind: "lost"; reason: string };

export interface FollowerOptions {
  /** See CommandRequest. */
  lease?: string;
  /** Told each event, with the snapshot that it changes. */
  onEvent?: (event: StampedEvent, before: FleetSnapshot) => void;
  /** Told when events were missed and the whole truth came instead. */
  onResync?: (snapshot: FleetSnapshot) => void;
  /** Told each time that the daemon is lost, and why. */
  onLoss?: (reason: string) => void;
}

/** Keeps the newest snapshot of a fleet and waits for things to become true in it. */
export class FleetFollower {
  readonly #clock: Clock;
  readonly #options: FollowerOptions;
  readonly #subscription: Subscription;
  readonly #watchers = new Set<() => void>();
  #snapshot: FleetSnapshot | null = null;
  #disconnected: { since: number; reason: string } | null = null;

  constructor(client: EngineClient, clock: Clock, options: FollowerOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    const { lease } = options;
    this.#subscription = client.subscribe((update) => this.#take(update), lease === undefined ? {} : { lease });
  }

  /** The newest snapshot; null before the first. */
  get snapshot(): FleetSnapshot | null {
    return this.#snapshot;
  }

  /** Why the daemon is out of reach; null while it is not. */
  get disconnection(): { since: number; reason: string } | null {
    return this.#disconnected;
  }

  /** Waits until `check` gives something else than null. It is asked at once, and again after each update. */
  until<T>(
    check: (snapshot: FleetSnapshot) => T | null,
    limits: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<WaitEnd<T>> {
    return new Promise((resolve) => {
      const cancels: (() => void)[] = [];
      let cancelLost: (() => void) | null = null;
      const finish = (end: WaitEnd<T>): void => {
        this.#watchers.delete(look);
        cancelLost?.();
        for (const cancel of cancels) cancel();
        resolve(end);
      };
      const look = (): void => {
        const value = this.#snapshot === null ? null : check(this.#snapshot);
        if (value !== null) {
          finish({ kind: "met", value });
          return;
        }
        const lost = this.#disconnected;
        if (lost === null) {
          cancelLost?.();
          cancelLost = null;
        } else {
          cancelLost ??= this.#clock.after(lostAfterMs, () => finish({ kind: "lost", reason: lost.reason }));
        }
      };
      const { signal, timeoutMs } = limits;
      if (signal?.aborted === true) {
        resolve({ kind: "aborted" });
        return;
      }
      this.#watchers.add(look);
      if (timeoutMs !== undefined) cancels.push(this.#clock.after(timeoutMs, () => finish({ kind: "timeout" })));
      if (signal !== undefined) {
        const onAbort = (): void => finish({ kind: "aborted" });
        signal.addEventListener("abort", onAbort);
        cancels.push(() => signal.removeEventListener("abort", onAbort));
      }
      look();
    });
  }

  close(): void {
    this.#subscription.close();
  }

  #take(update: Update): void {
    switch (update.kind) {
      case "snapshot": {
        const isFirst = this.#snapshot === null;
        this.#snapshot = update.snapshot;
        this.#disconnected = null;
        if (!isFirst) this.#options.onResync?.(update.snapshot);
        break;
      }
      case "events":
        for (const event of update.events) {
          if (this.#snapshot === null) break;
          const before = this.#snapshot;
          this.#snapshot = applyEvent(before, event);
          this.#options.onEvent?.(event, before);
        }
        break;
      case "disconnected":
        this.#disconnected = { since: update.since, reason: update.reason };
        this.#options.onLoss?.(update.reason);
        break;
    }
    for (const watcher of [...this.#watchers]) watcher();
  }
}
