import type { Update } from "../../model/client.ts";
import type { StampedEvent } from "../../model/event.ts";
import { applyEvent, type FleetSnapshot } from "../../model/snapshot.ts";

/** What is known about the fleet, and how well. */
export interface FleetView {
  /** Null before the first one came. */
  snapshot: FleetSnapshot | null;
  /** Set while the engine cannot be reached; the snapshot is stale then. */
  disconnected: { since: number; reason: string } | null;
}

export const unknownFleet: FleetView = { snapshot: null, disconnected: null };

/** The view after an update. Pure. Events that do not follow are left out: the client sends a snapshot after a gap. */
export function applyUpdate(view: FleetView, update: Update): FleetView {
  switch (update.kind) {
    case "snapshot":
      return { snapshot: update.snapshot, disconnected: null };
    case "disconnected":
      return { ...view, disconnected: { since: update.since, reason: update.reason } };
    case "events": {
      const { snapshot } = view;
      return snapshot === null ? view : { ...view, snapshot: update.events.reduce(next, snapshot) };
    }
  }
}

function next(snapshot: FleetSnapshot, event: StampedEvent): FleetSnapshot {
  return event.revision === snapshot.revision + 1 ? applyEvent(snapshot, event) : snapshot;
}
