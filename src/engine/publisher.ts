import type { Clock } from "../lib/clock.ts";
import type { Subscription, Update } from "../model/client.ts";
import type { EngineEvent, StampedEvent } from "../model/event.ts";
import { applyEvent, type FleetSnapshot } from "../model/snapshot.ts";

/** Owns the snapshot: every event passes here, gets its revision, moves the snapshot and goes to whoever listens. */
export class Publisher {
  readonly #clock: Clock;
  #snapshot: FleetSnapshot;
  readonly #subscribers = new Set<Subscriber>();
  readonly #onEvent: (stamped: StampedEvent) => void;
  #isFlushPlanned = false;

  /** `onEvent` hears each event at once, and is no subscriber. */
  constructor(snapshot: FleetSnapshot, clock: Clock, onEvent: (stamped: StampedEvent) => void) {
    this.#snapshot = snapshot;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  get snapshot(): FleetSnapshot {
    return this.#snapshot;
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }

  publish(event: EngineEvent): void {
    const stamped: StampedEvent = { revision: this.#snapshot.revision + 1, at: this.#clock.now(), event };
    this.#snapshot = applyEvent(this.#snapshot, stamped);
    this.#onEvent(stamped);
    if (this.#subscribers.size === 0) return;
    for (const subscriber of this.#subscribers) subscriber.pending.push(stamped);
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    // Events of one turn go out together: two hundred replicas that start at once are one update, not two hundred.
    queueMicrotask(() => this.#flush());
  }

  /** The snapshot at once, then every event after it. `onClose` is called once, when the subscriber leaves. */
  subscribe(listener: (update: Update) => void, onClose: () => void): Subscription {
    const subscriber: Subscriber = { listener, pending: [] };
    this.#subscribers.add(subscriber);
    listener({ kind: "snapshot", snapshot: this.#snapshot });
    return {
      close: () => {
        if (this.#subscribers.delete(subscriber)) onClose();
      },
    };
  }

  #flush(): void {
    this.#isFlushPlanned = false;
    for (const subscriber of this.#subscribers) {
      if (subscriber.pending.length === 0) continue;
      const events = subscriber.pending;
      subscriber.pending = [];
      subscriber.listener({ kind: "events", events });
    }
  }
}

interface Subscriber {
  listener: (update: Update) => void;
  pending: StampedEvent[];
}
