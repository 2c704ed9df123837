import { describe, expect, test } from "vitest";
import type { Clock } from "../../../src/lib/clock.ts";
import { replicaId } from "../../../src/model/ids.ts";
import { DetailsFeed } from "../../../src/ui/store/details-feed.ts";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleInspection, sampleLine, sampleService } from "../../helpers/fleet-samples.ts";

const api = replicaId("api", 1);
const web = replicaId("web", 1);

class ManualClock implements Clock {
  #now = 0;
  #timers = new Set<{ at: number; fn: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.fn();
    }
  }
}

function setUp() {
  const client = new FakeClient(sampleFleet([sampleService("api"), sampleService("web")]));
  client.inspections.set(api, sampleInspection("api#1"));
  client.inspections.set(web, sampleInspection("web#1"));
  const clock = new ManualClock();
  let changes = 0;
  const feed = new DetailsFeed(client, clock, () => {
    changes += 1;
  });
  return { client, clock, feed, changes: () => changes };
}

/** Lets every promise that can be settled be settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("the details' feed", () => {
  test("asks nothing before details are opened, and nothing after they were closed", async () => {
    const { client, clock, feed } = setUp();
    expect(clock.timerCount).toBe(0);
    feed.watch(api);
    await settled();
    feed.watch(null);
    clock.pass(60_000);
    await settled();
    expect(client.inspected).toEqual([api]);
    expect(feed.data()).toBeNull();
    expect(clock.timerCount).toBe(0);
  });

  test("brings the inspection and the last lines, and looks again every two seconds", async () => {
    const { client, clock, feed, changes } = setUp();
    client.log(sampleLine("api#1", "last words"));
    feed.watch(api);
    feed.watch(api);
    await settled();
    expect(feed.data()).toMatchObject({ unit: api, inspection: { unit: api }, log: [{ text: "last words" }] });
    expect(changes()).toBe(1);
    clock.pass(1999);
    expect(client.inspected).toEqual([api]);
    clock.pass(1);
    await settled();
    expect(client.inspected).toEqual([api, api]);
  });

  test("looks soon after an event of the unit, once for many, and for no other unit's", async () => {
    const { client, clock, feed } = setUp();
    feed.watch(api);
    await settled();
    feed.poke(web);
    clock.pass(500);
    await settled();
    expect(client.inspected.length).toBe(1);
    for (let i = 0; i < 5; i++) feed.poke(api);
    clock.pass(150);
    await settled();
    expect(client.inspected.length).toBe(2);
  });

  test("drops the answer about a unit that is no longer looked at", async () => {
    const { client, feed } = setUp();
    feed.watch(api);
    feed.watch(web);
    await settled();
    await settled();
    expect(feed.data()).toMatchObject({ unit: web, inspection: { unit: web } });
    expect(client.inspected).toEqual([api, web]);
  });

  test("keeps what it knew when it cannot ask, says why, and recovers", async () => {
    const { client, clock, feed } = setUp();
    feed.watch(api);
    await settled();
    client.disconnect("the daemon ended");
    clock.pass(2000);
    await settled();
    expect(feed.data()).toMatchObject({ inspection: { unit: api }, problem: "the daemon ended" });
    client.reconnect();
    clock.pass(2000);
    await settled();
    expect(feed.data()?.problem).toBeNull();
  });

  test("says that a unit is gone", async () => {
    const { client, feed } = setUp();
    client.inspections.clear();
    feed.watch(api);
    await settled();
    expect(feed.data()).toMatchObject({ inspection: null, isGone: true });
  });

  test("shows a secret until it is told to mask it, and forgets all of them when it is closed", async () => {
    const { client, feed } = setUp();
    client.secrets.set("api#1 TOKEN", "s3cret");
    feed.watch(api);
    await feed.reveal("TOKEN");
    expect(feed.data()?.revealed.get("TOKEN")).toBe("s3cret");
    await feed.reveal("TOKEN");
    expect(feed.data()?.revealed.size).toBe(0);
    await feed.reveal("TOKEN");
    feed.watch(null);
    feed.watch(api);
    expect(feed.data()?.revealed.size).toBe(0);
    expect(client.revealed.length).toBe(2);
    await settled();
  });
});
