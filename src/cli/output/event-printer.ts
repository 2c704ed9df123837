import type { StampedEvent } from "../../model/event.ts";
import { shownName } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { describeEvent, type EventLine } from "./describe-event.ts";
import type { Output } from "./output.ts";
import { paint } from "./paint.ts";
import { PullNews } from "./pull-news.ts";

/** Prints what happens as lines that stay: names padded, no cursor movement. */
export class EventPrinter {
  readonly #output: Output;
  readonly #separator: string;
  readonly #pulls = new PullNews();
  #width = 0;

  /** @param separator between the name and what happened; empty for none */
  constructor(output: Output, separator = "") {
    this.#output = output;
    this.#separator = separator;
  }

  /** Width of the column of names; it never shrinks. */
  get width(): number {
    return this.#width;
  }

  /** Makes the column wide enough for every unit of the fleet. */
  fit(snapshot: FleetSnapshot): void {
    const names = snapshot.services.flatMap((s) => [
      s.vendor === undefined ? `${s.name}#${Math.max(1, s.scale)}` : s.name,
      ...s.replicas.map(shownName),
    ]);
    this.#width = Math.max(this.#width, ...names.map((n) => n.length));
  }

  print(event: StampedEvent, before: FleetSnapshot): void {
    for (const line of [describeEvent(event, before), this.#pulls.take(event)]) if (line !== null) this.#line(line);
  }

  #line(line: EventLine): void {
    const { hasColor } = this.#output;
    const text = line.style === null ? line.text : paint(hasColor, line.style, line.text);
    const separator = paint(hasColor, "dim", this.#separator);
    this.#output.write(`${line.subject.padEnd(this.#width)} ${separator} ${text}\n`);
  }
}
