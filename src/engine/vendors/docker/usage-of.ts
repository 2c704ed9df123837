import type { ContainerUsage } from "../docker.ts";

/** What of an engine's statistics is read. What a container that has just begun or ended has not, is missing. */
export interface RawStats {
  cpu_stats?: RawCpu;
  precpu_stats?: RawCpu;
  memory_stats?: { usage?: number; stats?: Record<string, number> };
  pids_stats?: { current?: number };
}

interface RawCpu {
  cpu_usage?: { total_usage?: number; percpu_usage?: number[] | null };
  system_cpu_usage?: number;
  online_cpus?: number;
}

/**
 * As `docker stats` counts it: processor time as a part of the machine's, in cores, and memory without the part of the
 * page cache that would be given up first (its name differs between the two kinds of control groups).
 */
export function usageOf({ cpu_stats, precpu_stats, memory_stats, pids_stats }: RawStats): ContainerUsage {
  const used = memory_stats?.usage ?? 0;
  const inactive = memory_stats?.stats?.total_inactive_file ?? memory_stats?.stats?.inactive_file ?? 0;
  return {
    cpu: coresBetween(precpu_stats, cpu_stats),
    memoryBytes: inactive < used ? used - inactive : used,
    processes: pids_stats?.current ?? 0,
  };
}

function coresBetween(before: RawCpu | undefined, now: RawCpu | undefined): number | null {
  const systemBefore = before?.system_cpu_usage;
  const systemNow = now?.system_cpu_usage;
  if (!systemBefore || !systemNow || systemNow <= systemBefore) return null;
  const spent = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const cores = now?.online_cpus || now?.cpu_usage?.percpu_usage?.length || 1;
  return Math.max(0, (spent / (systemNow - systemBefore)) * cores);
}
