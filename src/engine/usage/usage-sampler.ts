import { availableParallelism } from "node:os";
import type { Clock } from "../../lib/clock.ts";
import type { Subscription } from "../../model/client.ts";
import type { UnitId } from "../../model/ids.ts";
import type { UnitUsage, UsageSample } from "../../model/usage.ts";
import { processWatch } from "../process/process-watch.ts";
import type { UnitProcessesTarget } from "../process/unit-processes.ts";
import { type ToldUnit, ToldUsage } from "./told-usage.ts";
import { UnitMeter } from "./unit-meter.ts";

const intervalMs = 1_000;

/** A unit that has, or may have, processes. */
export interface MeasuredUnit {
  id: UnitId;
  generation: number;
  processes: UnitProcessesTarget;
}

/**
 * Looks once a second what all units take, for all that watch; one scan of the process table serves them. While nobody
 * watches there is no timer, and nothing is remembered.
 */
export class UsageSampler {
  readonly #clock: Clock;
  readonly #units: () => Iterable<MeasuredUnit>;
  readonly #told: ToldUsage;
  readonly #watchers = new Set<Watcher>();
  readonly #meters = new Map<UnitId, UnitMeter>();
  /** While somebody watches, the process table is kept warm. */
  #release: (() => void) | null = null;
  #last: UsageSample | null = null;
  #cancel: (() => void) | null = null;

  constructor(parts: { clock: Clock; units: () => Iterable<MeasuredUnit>; told?: () => Iterable<ToldUnit> }) {
    this.#clock = parts.clock;
    this.#units = parts.units;
    this.#told = new ToldUsage(parts.told ?? (() => []));
  }

  /** The last sample at once where others watch already, then one a second. */
  watch(listener: (sample: UsageSample) => void): Subscription {
    const watcher: Watcher = { listener };
    this.#watchers.add(watcher);
    if (this.#last !== null) listener(this.#last);
    // Not at once: who closes in the same turn has cost nothing.
    this.#cancel ??= this.#clock.after(0, () => this.#tick());
    return { close: () => this.#leave(watcher) };
  }

  /** Ends all watches. */
  close(): void {
    for (const watcher of this.#watchers) this.#leave(watcher);
  }

  #leave(watcher: Watcher): void {
    if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
    this.#cancel?.();
    this.#cancel = null;
    this.#last = null;
    this.#meters.clear();
    this.#told.close();
    this.#release?.();
    this.#release = null;
  }

  #tick(): void {
    const startedMs = performance.now();
    const sample = this.#take();
    this.#last = sample;
    this.#cancel = this.#clock.after(Math.max(0, intervalMs - (performance.now() - startedMs)), () => this.#tick());
    for (const { listener } of [...this.#watchers]) listener(sample);
  }

  #take(): UsageSample {
    this.#release ??= processWatch.keepWarm();
    const meters = this.#currentMeters();
    const look = processWatch.look({ wanted: new Set(meters.flatMap(([, meter]) => [...meter.pids])) });
    const scene = {
      ...look,
      cores: availableParallelism(),
      upToDate: processWatch.upToDate.bind(processWatch),
    };
    const units: Record<UnitId, UnitUsage> = {};
    for (const [id, meter] of meters) {
      const usage = meter.look(scene);
      if (usage !== null) units[id] = usage;
    }
    return { at: this.#clock.now(), units: Object.assign(units, this.#told.latest()) };
  }

  /** One for each generation that runs; those of earlier ones are forgotten. */
  #currentMeters(): [UnitId, UnitMeter][] {
    const before = new Map(this.#meters);
    this.#meters.clear();
    for (const { id, generation, processes } of this.#units()) {
      const known = before.get(id);
      this.#meters.set(id, known?.generation === generation ? known : new UnitMeter(generation, processes));
    }
    return [...this.#meters];
  }
}

interface Watcher {
  listener: (sample: UsageSample) => void;
}
