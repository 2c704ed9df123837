import { ticksPerSecond } from "../process/boot-ticks.ts";
import { MarkerCache } from "../process/marker-cache.ts";
import { ProcessTable } from "../process/process-table.ts";

/** By then a process shows the environment that it keeps. */
const settledAfterTicks = 3 * ticksPerSecond;

/**
 * The marks of the processes that may be one fleet's. Who was found to be a stranger is not asked again: another user's
 * environment cannot be read, and to be refused by a thousand processes takes longer than all the rest of a scan.
 */
export class FleetMarks {
  readonly cache = new MarkerCache();
  readonly #fleet: string;
  /** Start times by pid. */
  #strangers = new Map<number, number>();

  constructor(fleet: string) {
    this.#fleet = fleet;
  }

  /** Makes the cache answer about this table. */
  refresh(table: ProcessTable): void {
    const all = [...table];
    const candidates = all.filter((process) => this.#strangers.get(process.pid) !== process.startTicks);
    this.cache.refresh(new ProcessTable(candidates, table.takenTicks));
    const ours = new Set(
      candidates.filter(
        (process) =>
          table.takenTicks - process.startTicks <= settledAfterTicks ||
          this.cache.of(process).markers?.fleet === this.#fleet,
      ),
    );
    this.#strangers = new Map(
      all.filter((process) => !ours.has(process)).map((process) => [process.pid, process.startTicks]),
    );
  }
}
