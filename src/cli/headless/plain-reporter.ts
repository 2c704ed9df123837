import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import { type FleetSnapshot, vendorsOf } from "../../model/snapshot.ts";
import { AfterReply } from "../after-reply.ts";
import { concerns } from "../concerns.ts";
import { EventPrinter } from "../output/event-printer.ts";
import type { FailureStory } from "../output/failure-report.ts";
import { LogPrinter } from "../output/log-printer.ts";
import type { Output } from "../output/output.ts";
import { printable } from "../output/printable.ts";
import type { Accepted } from "../run-command.ts";
import { formatFailures, formatTimeoutReport } from "./failure-texts.ts";
import type { Reporter } from "./reporter.ts";

/** Events and logs as plain lines that stay; names padded, no cursor movement. */
export class PlainReporter implements Reporter {
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #events: EventPrinter;
  readonly #logs: LogPrinter;
  readonly #news: AfterReply;

  constructor(stdout: Output, stderr: Output) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#events = new EventPrinter(stdout, "──");
    this.#news = new AfterReply((event, before) => this.#events.print(event, before));
    this.#logs = new LogPrinter({ output: stdout, timestamps: false, json: false, showsRuns: false, isRaw: false });
  }

  fleet(snapshot: FleetSnapshot): void {
    this.#events.fit(snapshot);
    this.#logs.nameVendors(vendorsOf(snapshot).map(({ name }) => name));
    this.#logs.widen(this.#events.width);
  }

  accepted(reply: Accepted): void {
    this.#news.release(concerns(reply));
  }

  event(stamped: StampedEvent, before: FleetSnapshot): void {
    const { event } = stamped;
    if (event.kind !== "hookOutput") {
      this.#news.take(stamped, before);
      return;
    }
    for (const line of event.text.replace(/\n$/, "").split("\n")) {
      this.#stdout.write(`${printable(line, this.#stdout.hasColor)}\n`);
    }
  }

  logs(lines: readonly LogLine[]): void {
    this.#logs.print(lines);
  }

  failed(stories: readonly FailureStory[]): void {
    this.#stderr.write(`\n${formatFailures(stories, this.#stderr.hasColor)}`);
  }

  timedOut(stories: readonly FailureStory[], tookMs: number): void {
    this.#stderr.write(formatTimeoutReport(stories, tookMs, this.#stderr.hasColor));
  }

  commandEnded(): void {
    // It speaks for itself, and its exit code is the run's.
  }

  say(text: string): void {
    this.#stderr.write(text);
  }
}
