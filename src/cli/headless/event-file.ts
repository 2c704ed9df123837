import { appendFileSync } from "node:fs";
import { messageOf } from "../../lib/message-of.ts";
import type { StampedEvent } from "../../model/event.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Reporter } from "./reporter.ts";
import type { SecretMask } from "./secret-mask.ts";

/**
 * Every event as it was stamped, one JSON object a line, written as it happens: whatever ends the run, the file is there. It
 * begins with a `{"snapshot":…}`; another one follows where events were missed.
 */
export class EventFile implements Reporter {
  readonly #path: string;
  readonly #mask: SecretMask;
  /** Why it could not go on; null while it can. */
  #trouble: string | null = null;

  constructor(path: string, mask: SecretMask) {
    this.#path = path;
    this.#mask = mask;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  fleet(snapshot: FleetSnapshot): void {
    this.#append({ snapshot });
  }

  accepted(): void {
    // That is no event.
  }

  event(event: StampedEvent): void {
    this.#append(event);
  }

  logs(): void {
    // The logs of what failed have files of their own.
  }

  failed(): void {
    // The events say so.
  }

  timedOut(): void {
    // That is no event.
  }

  commandEnded(): void {
    // That is no event.
  }

  say(): void {
    // That is no event.
  }

  #append(value: unknown): void {
    if (this.#trouble !== null) return;
    try {
      appendFileSync(this.#path, `${JSON.stringify(this.#mask.data(value))}\n`);
    } catch (error) {
      this.#trouble = messageOf(error);
    }
  }
}
