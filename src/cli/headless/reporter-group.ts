import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { FailureStory } from "../output/failure-report.ts";
import type { Accepted } from "../run-command.ts";
import type { Reporter } from "./reporter.ts";

/** Several reporters that are told the same, in their order. */
export class ReporterGroup implements Reporter {
  readonly #reporters: readonly Reporter[];

  constructor(reporters: readonly Reporter[]) {
    this.#reporters = reporters;
  }

  fleet(snapshot: FleetSnapshot): void {
    for (const reporter of this.#reporters) reporter.fleet(snapshot);
  }

  accepted(reply: Accepted): void {
    for (const reporter of this.#reporters) reporter.accepted(reply);
  }

  event(event: StampedEvent, before: FleetSnapshot): void {
    for (const reporter of this.#reporters) reporter.event(event, before);
  }

  logs(lines: readonly LogLine[]): void {
    for (const reporter of this.#reporters) reporter.logs(lines);
  }

  failed(stories: readonly FailureStory[]): void {
    for (const reporter of this.#reporters) reporter.failed(stories);
  }

  timedOut(stories: readonly FailureStory[], tookMs: number): void {
    for (const reporter of this.#reporters) reporter.timedOut(stories, tookMs);
  }

  commandEnded(command: string, exitCode: number, tookMs: number): void {
    for (const reporter of this.#reporters) reporter.commandEnded(command, exitCode, tookMs);
  }

  say(text: string): void {
    for (const reporter of this.#reporters) reporter.say(text);
  }
}
