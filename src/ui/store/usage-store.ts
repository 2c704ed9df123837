import { parseUnitId } from "../../model/ids.ts";
import type { UsageSample } from "../../model/usage.ts";
import type { UsageRank, UsageRanks } from "../state/grid-order.ts";

/** What all processes of one service take together. */
export interface ServiceUsage {
  /** Cores; null where no process has been looked at twice yet. */
  cpu: number | null;
  /** Null where none runs. */
  memoryBytes: number | null;
  /** Cores, the oldest first, at most a minute of them; a second in which none ran is 0. */
  cpuHistory: readonly number[];
  /** Number of the newest sample. It ties the pieces of a history to points in time, so that a picture of it moves on in steps. */
  sample: number;
}

/** By the service's name; what has had no process for a minute is not in it. */
export type ServiceUsages = ReadonlyMap<string, ServiceUsage>;

const historyLength = 60;
/** Rows that are sorted by use change places this often at most, in samples. */
const rankEvery = 5;
/** Samples that a rank is the average of. */
const rankLength = 10;

/**
 * The last minute of what the services take, outside React. Samples come once a second for all units; what is kept is summed for each service,
 * and forgotten a minute after its last process.
 */
export class UsageStore {
  #services: ServiceUsages = new Map();
  #ranks: UsageRanks = new Map();
  #samples = 0;

  push(sample: UsageSample): void {
    const now = new Map<string, { cpu: number | null; memoryBytes: number }>();
    for (const [unit, usage] of Object.entries(sample.units)) {
      const { name } = parseUnitId(unit);
      const sum = now.get(name) ?? { cpu: null, memoryBytes: 0 };
      if (usage.cpu !== null) sum.cpu = (sum.cpu ?? 0) + usage.cpu;
      sum.memoryBytes += usage.memoryBytes;
      now.set(name, sum);
    }
    const next = new Map<string, ServiceUsage>();
    for (const name of new Set([...this.#services.keys(), ...now.keys()])) {
      const usage = now.get(name) ?? null;
      const before = this.#services.get(name)?.cpuHistory ?? [];
      const cpuHistory = [...before, usage?.cpu ?? 0].slice(-historyLength);
      if (usage === null && cpuHistory.every((cpu) => cpu === 0)) continue;
      next.set(name, {
        cpu: usage?.cpu ?? null,
        memoryBytes: usage?.memoryBytes ?? null,
        cpuHistory,
        sample: this.#samples,
      });
    }
    this.#services = next;
    if (this.#samples % rankEvery === 0) this.#ranks = new Map([...next].map(([name, usage]) => [name, rankOf(usage)]));
    this.#samples += 1;
  }

  /** As of the newest sample; the next one makes another map. */
  services(): ServiceUsages {
    return this.#services;
  }

  ranks(): UsageRanks {
    return this.#ranks;
  }

  /** A gap in what was watched is no history. */
  clear(): void {
    this.#services = new Map();
    this.#ranks = new Map();
    this.#samples = 0;
  }
}

function rankOf({ cpuHistory, memoryBytes }: ServiceUsage): UsageRank {
  const last = cpuHistory.slice(-rankLength);
  return { cpu: last.reduce((sum, cpu) => sum + cpu, 0) / last.length, memoryBytes: memoryBytes ?? 0 };
}
