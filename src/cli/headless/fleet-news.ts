import { isAlive, shownName } from "../../model/replica.ts";
import type { FleetSnapshot } from "../../model/snapshot.ts";
import type { OpenTarget } from "../wait-for.ts";

/** What matters of a fleet that was ready. */
export interface FleetNews {
  /** Units that failed for good, but for those in `known`. */
  failed: OpenTarget[];
  /** Nothing is left that runs, or will. */
  isOver: boolean;
}

/** Compares a fleet that was ready with what is known of it; null where there is nothing new. Pure. */
export function fleetNews(
  snapshot: FleetSnapshot,
  units: ReadonlySet<string>,
  known: ReadonlySet<string>,
): FleetNews | null {
  const replicas = snapshot.services.flatMap((s) => s.replicas).filter((r) => units.has(r.id));
  const failed = replicas.flatMap((replica): OpenTarget[] => {
    const { id, state } = replica;
    if (state.phase !== "failed" || known.has(id)) return [];
    const shown = shownName(replica);
    return [
      {
        name: id,
        ...(shown !== id && { shownAs: shown }),
        what: `failed: ${state.failure.message}`,
        failure: state.failure,
      },
    ];
  });
  const isOver = replicas.every(
    ({ state: { phase } }) => !isAlive(phase) && phase !== "waiting" && phase !== "backoff",
  );
  return failed.length > 0 || isOver ? { failed, isOver } : null;
}
