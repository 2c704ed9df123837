import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { FailureStory } from "../output/failure-report.ts";
import type { Output } from "../output/output.ts";
import { formatFailures, formatTimeoutReport } from "./failure-texts.ts";
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

  accepted(): void {
    // Whoever reads JSON picks what they need.
  }

  event(event: StampedEvent): void {
    this.#stdout.write(`${JSON.stringify(event)}\n`);
  }

  logs(lines: readonly LogLine[]): void {
    for (const log of lines) if (log.kind === "line") this.#stdout.write(`${JSON.stringify({ log })}\n`);
  }

  failed(stories: readonly FailureStory[]): void {
    this.#stderr.write(`\n${formatFailures(stories, this.#stderr.hasColor)}`);
  }

  timedOut(stories: readonly FailureStory[], tookMs: number): void {
    this.#stderr.write(formatTimeoutReport(stories, tookMs, this.#stderr.hasColor));
  }

  commandEnded(): void {
    // Its exit code is the run's.
  }

  say(text: string): void {
    this.#stderr.write(text);
  }
}
