import type { ExitStatus } from "../../model/cause.ts";

/** What a new daemon knows of one replica that an earlier one had. Generations count from 1. */
export interface LeftUnit {
  /** Somebody wants it to run still. */
  isWanted: boolean;
  isOneshot: boolean;
  /** The newest generation whose end the earlier daemon knew of and had dealt with; 0 for none. */
  ended: number;
  /** The generation that state.json says runs; null for none. */
  recorded: number | null;
  /** The newest generation that begun by its exit record, and how it ended; null where there is no record. */
  exit: { generation: number; status: ExitStatus | null } | null;
  /** state.json says that it had come to an end that stays. */
  isResting: boolean;
}

/** What is to be made of a replica of which nothing lives. */
export type Restoration =
  /** It had ended for good before, and that was dealt with. */
  | { kind: "rest" }
  /** It has ended since, and its policy says how it goes on. */
  | { kind: "ended"; generation: number; status: ExitStatus }
  /** There is nothing to remember: where it is wanted, it is started. */
  | { kind: "none" };

/**
 * What becomes of a replica whose processes are all gone. A oneshot that was begun is never begun again for want of
 * knowing how it ended: where that is unknown, it has failed.
 */
export function restorationOf(unit: LeftUnit): Restoration {
  if (!unit.isWanted) return { kind: "none" };
  const { exit, recorded } = unit;
  if (unit.isOneshot && exit !== null && exit.generation > unit.ended && exit.generation >= (recorded ?? 0)) {
    return { kind: "ended", generation: exit.generation, status: exit.status ?? { kind: "unknown" } };
  }
  if (recorded !== null) return { kind: "ended", generation: recorded, status: { kind: "unknown" } };
  return unit.isResting ? { kind: "rest" } : { kind: "none" };
}
