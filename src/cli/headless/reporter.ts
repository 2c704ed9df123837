import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { FailureStory } from "../output/failure-report.ts";
import type { Accepted } from "../run-command.ts";

/** How a run in the foreground tells what happens. */
export interface Reporter {
  /** The fleet as it is when the run begins, and again after events were missed. */
  fleet(snapshot: FleetSnapshot): void;
  /** The start was accepted: from now on it is known what the run is about. Some events have come already. */
  accepted(reply: Accepted): void;
  /** Every event; of hooks only those of the run's own commands. */
  event(event: StampedEvent, before: FleetSnapshot): void;
  logs(lines: readonly LogLine[]): void;
  /** Some of it has failed for good. */
  failed(stories: readonly FailureStory[]): void;
  /** The limit was reached after `tookMs`, and these were not there yet. */
  timedOut(stories: readonly FailureStory[], tookMs: number): void;
  /** The command of `--then` has ended. */
  commandEnded(command: string, exitCode: number, tookMs: number): void;
  /** A message about the run itself, with its line end. */
  say(text: string): void;
}
