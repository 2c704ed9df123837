import { describe, expect, test } from "vitest";
import { usageOf } from "../../../../src/engine/vendors/docker/usage-of.ts";

const cpu = (spent: number, system: number) => ({
  cpu_usage: { total_usage: spent },
  system_cpu_usage: system,
  online_cpus: 4,
});

describe("what a container takes", () => {
  test("is counted in cores", () => {
    // A quarter of the time of four cores.
    expect(usageOf({ precpu_stats: cpu(1000, 8000), cpu_stats: cpu(2000, 12000) }).cpu).toBe(1);
  });

  test("is not known in the first look", () => {
    expect(usageOf({ precpu_stats: { cpu_usage: { total_usage: 0 } }, cpu_stats: cpu(2000, 12000) }).cpu).toBeNull();
  });

  test("counts the cores that old engines list one by one", () => {
    const now = { cpu_usage: { total_usage: 100, percpu_usage: [50, 50] }, system_cpu_usage: 200 };
    expect(
      usageOf({ precpu_stats: { ...now, cpu_usage: { total_usage: 0 }, system_cpu_usage: 100 }, cpu_stats: now }).cpu,
    ).toBe(2);
  });

  test.each([
    ["control groups v1", { total_inactive_file: 30, inactive_file: 10 }, 70],
    ["control groups v2", { inactive_file: 30 }, 70],
    ["neither", {}, 100],
    ["a cache greater than all", { inactive_file: 300 }, 100],
  ])("leaves out the cache that goes first: %s", (_title, stats, memoryBytes) => {
    expect(usageOf({ memory_stats: { usage: 100, stats } as never, pids_stats: { current: 3 } })).toEqual({
      cpu: null,
      memoryBytes,
      processes: 3,
    });
  });

  test("is nothing where it does not run", () => {
    expect(usageOf({ cpu_stats: {}, precpu_stats: {}, memory_stats: {}, pids_stats: {} })).toEqual({
      cpu: null,
      memoryBytes: 0,
      processes: 0,
    });
  });
});
