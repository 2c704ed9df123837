import type { StampedEvent } from "../../model/event.ts";
import { shownName } from "../../model/replica.ts";
import { pullWords } from "../vendors/pull-words.ts";
import type { EventLine } from "./describe-event.ts";
import { printableWords } from "./printable.ts";

/** Often enough to see that it goes on, and no flood in a log that is kept. */
const everyMs = 4_000;

/** Tells of images that are being pulled, a line every few seconds for each unit. */
export class PullNews {
  /** Unit → when a line was last given. */
  readonly #toldAt = new Map<string, number>();

  /** The line for an event, where it is one of a pull and it is time for another; else null. */
  take({ event, at }: StampedEvent): EventLine | null {
    if (event.kind !== "replicaChanged") return null;
    const { id, container } = event.replica;
    if (container?.pull == null) {
      this.#toldAt.delete(id);
      return null;
    }
    const last = this.#toldAt.get(id);
    if (last !== undefined && at - last < everyMs) return null;
    this.#toldAt.set(id, at);
    const image = printableWords(container.image);
    const text = last === undefined ? `pulling ${image}` : `pulling ${image}: ${pullWords(container.pull)}`;
    return { subject: shownName(event.replica), text, style: "cyan" };
  }
}
