import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Output } from "../output/output.ts";
import type { Reporter } from "./reporter.ts";

/** One JSON object a line: each event as the engine stamped it, `{"log":…}` for a line of a service. Messages go to stderr. */
export class JsonReporter implements Reporter {
  readonly #stdout: Output;
  readonly #stderr: Output;
  #hasBegun = false;

  constructor(stdout: Output, stderr: Output) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  fleet(snapshot: FleetSnapshot): void {
    // After a gap the events alone would not add up any more.
    if (this.#hasBegun) this.#stdout.write(`${JSON.stringify({ snapshot })}\n`);
    this.#hasBegun = true;
  }

  about(): void {
    // Whoever reads JSON picks what they need.
  }

  event(event: StampedEvent): void {
    this.#stdout.write(`${JSON.stringify(event)}\n`);
  }

  logs(lines: readonly LogLine[]): void {
    for (const log of lines) if (log.kind === "line") this.#stdout.write(`${JSON.stringify({ log })}\n`);
  }

  say(text: string): void {
    this.#stderr.write(text);
  }
}
