import type { StampedEvent } from "../../model/event.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import { describeEvent } from "./describe-event.ts";
import type { Output } from "./output.ts";
import { paint } from "./paint.ts";

/** Prints what happens as lines that stay: names padded, no cursor movement. */
export class EventPrinter {
  readonly #output: Output;
  readonly #separator: string;
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
      `${s.name}#${Math.max(1, s.scale)}`,
      ...s.replicas.map((r) => r.id),
    ]);
    this.#width = Math.max(this.#width, ...names.map((n) => n.length));
  }

  print(event: StampedEvent, before: FleetSnapshot): void {
    const line = describeEvent(event, before);
    if (line === null) return;
    const { hasColor } = this.#output;
    const text = line.style === null ? line.text : paint(hasColor, line.style, line.text);
    const separator = paint(hasColor, "dim", this.#separator);
    this.#output.write(`${line.subject.padEnd(this.#width)} ${separator} ${text}\n`);
  }
}
