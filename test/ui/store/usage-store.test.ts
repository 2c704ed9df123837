import { describe, expect, test } from "vitest";
import type { UnitId } from "../../../src/model/ids.ts";
import type { UnitUsage, UsageSample } from "../../../src/model/usage.ts";
import { UsageFeed } from "../../../src/ui/store/usage-feed.ts";
import { UsageStore } from "../../../src/ui/store/usage-store.ts";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet } from "../../helpers/fleet-samples.ts";

function sample(units: Record<string, [cpu: number | null, memoryBytes: number]>): UsageSample {
  const usage = Object.entries(units).map(([unit, [cpu, memoryBytes]]): [UnitId, UnitUsage] => [
    unit as UnitId,
    { cpu, memoryBytes, processes: 1 },
  ]);
  return { at: 0, units: Object.fromEntries(usage) };
}

describe("what services take", () => {
  test("is summed over their replicas", () => {
    const store = new UsageStore();
    store.push(sample({ "api#1": [0.5, 10], "api#2": [0.25, 20], "web#1": [1, 5] }));
    expect(store.services().get("api")).toMatchObject({ cpu: 0.75, memoryBytes: 30, cpuHistory: [0.75] });
    expect(store.services().get("web")).toMatchObject({ cpu: 1, memoryBytes: 5 });
  });

  test("is not known in the first sample of a generation", () => {
    const store = new UsageStore();
    store.push(sample({ "api#1": [null, 10] }));
    expect(store.services().get("api")).toMatchObject({ cpu: null, memoryBytes: 10 });
    store.push(sample({ "api#1": [0.5, 10], "api#2": [null, 1] }));
    expect(store.services().get("api")).toMatchObject({ cpu: 0.5, memoryBytes: 11 });
  });

  test("is kept for a minute, also of what has ended, and then forgotten", () => {
    const store = new UsageStore();
    for (let i = 1; i <= 100; i += 1) store.push(sample({ "api#1": [i, 10] }));
    expect(store.services().get("api")?.cpuHistory).toEqual(Array.from({ length: 60 }, (_, i) => 41 + i));
    store.push(sample({}));
    expect(store.services().get("api")).toMatchObject({ cpu: null, memoryBytes: null });
    expect(store.services().get("api")?.cpuHistory.at(-1)).toBe(0);
    for (let i = 0; i < 59; i += 1) store.push(sample({}));
    expect(store.services().size).toBe(0);
  });

  test("gives ranks that change every fifth sample only", () => {
    const store = new UsageStore();
    const ranks = [];
    for (let i = 0; i < 11; i += 1) {
      store.push(sample({ "api#1": [i, i] }));
      ranks.push(store.ranks());
    }
    expect(new Set(ranks).size).toBe(3);
    expect(store.ranks().get("api")).toEqual({ cpu: 5.5, memoryBytes: 10 });
  });
});

describe("the feed", () => {
  test("watches only while it is asked to, and begins anew after a gap", () => {
    const client = new FakeClient(sampleFleet([]));
    let told = 0;
    const feed = new UsageFeed(client, () => {
      told += 1;
    });
    expect(client.usageWatcherCount).toBe(0);
    feed.setWatched(true);
    feed.setWatched(true);
    expect(client.usageWatcherCount).toBe(1);
    client.usage(sample({ "api#1": [1, 1] }));
    expect([told, feed.store.services().size]).toEqual([1, 1]);
    feed.setWatched(false);
    expect([client.usageWatcherCount, feed.store.services().size]).toEqual([0, 0]);
    feed.setWatched(true);
    feed.close();
    expect(client.usageWatcherCount).toBe(0);
  });
});
