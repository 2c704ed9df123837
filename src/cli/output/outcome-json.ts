import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { Progress } from "../wait-for.ts";
import { toPsJson } from "./ps-json.ts";

/** How a verb that waits ended. */
export type Outcome = "done" | "failed" | "timed-out" | "interrupted" | "lost";

/**
 * What a verb that waits prints with `--json`: the outcome, the services that it was about in the shape of `ps --json`,
 * and what is open. Documented and stable: keys may be added.
 */
export function toOutcomeJson(
  outcome: Outcome,
  services: readonly string[],
  snapshot: FleetSnapshot | null,
  progress: Progress,
  notes: readonly string[] = [],
): string {
  const shown =
    snapshot === null ? [] : toPsJson(snapshot).services.filter((service) => services.includes(service.name));
  return `${JSON.stringify({
    outcome,
    services: shown,
    failed: progress.failed.map(({ name, what, failure }) => ({ name, what, failure })),
    waitingFor: progress.pending.map(({ name, what }) => ({ name, what })),
    notes,
  })}\n`;
}
