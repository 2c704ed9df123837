import type { StampedEvent } from "../model/event.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";

type Tell = (event: StampedEvent, before: FleetSnapshot) => void;

/**
 * Holds events back until the reply to a command says which ones it concerns: the first of them happen before the
 * reply arrives.
 */
export class AfterReply {
  readonly #tell: Tell;
  #held: { event: StampedEvent; before: FleetSnapshot }[] = [];
  #concerns: ((event: StampedEvent) => boolean) | null = null;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  take(event: StampedEvent, before: FleetSnapshot): void {
    if (this.#concerns === null) this.#held.push({ event, before });
    else if (this.#concerns(event)) this.#tell(event, before);
  }

  /** From now on, and for what was held back, the events that `concerns` picks are told. */
  release(concerns: (event: StampedEvent) => boolean): void {
    this.#concerns = concerns;
    for (const { event, before } of this.#held) if (concerns(event)) this.#tell(event, before);
    this.#held = [];
  }
}
