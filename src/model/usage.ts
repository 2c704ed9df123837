import type { UnitId } from "./ids.ts";

/** What the whole process tree of one unit takes. */
export interface UnitUsage {
  /** Cores, over about the last second: 1.5 is one and a half. Null in the first sample of a generation. */
  cpu: number | null;
  /** Resident memory, in bytes, summed over the tree; what processes share counts more than once. */
  memoryBytes: number;
  processes: number;
}

/** One look at all units that have processes; the others are not in it. */
export interface UsageSample {
  /** Milliseconds since the epoch. */
  at: number;
  units: Record<UnitId, UnitUsage>;
}
