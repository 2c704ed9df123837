import type { StampedEvent } from "../../model/event.ts";
import type { LogLine } from "../../model/log.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";

/** How a run in the foreground tells what happens. */
export interface Reporter {
  /** The fleet as it is when the run begins, and again after events were missed. */
  fleet(snapshot: FleetSnapshot): void;
  /** From now on it is known which events are about what the run is about; before that, some have come already. */
  about(isOurs: (event: StampedEvent) => boolean): void;
  /** Every event; of hooks only those of the run's own commands. */
  event(event: StampedEvent, before: FleetSnapshot): void;
  logs(lines: readonly LogLine[]): void;
  /** A message about the run itself, with its line end. */
  say(text: string): void;
}
