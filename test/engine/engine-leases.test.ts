import { describe, expect, test } from "vitest";
import type { Subscription } from "../../src/model/client.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

/** Starts services as a headless run does; what it started ends when the result is closed. */
async function run(fleet: TestEngine, lease: string, names: string[]): Promise<Subscription> {
  const subscription = fleet.engine.subscribe(() => {}, { lease });
  const select = { names, except: [] };
  const reply = await fleet.send(
    { kind: "start", select, noDeps: false, overrides: {} },
    { origin: "headless", lease },
  );
  expect(reply.ok).toBe(true);
  return subscription;
}

describe("when a headless run ends", () => {
  // web → db
  const config = `
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., ${steady}}
  other: {dir: ., ${steady}}
`;

  test("what it started is stopped, dependents first, and what ran before is left alone", async () => {
    const fleet = await TestEngine.open(config);
    await fleet.start("other");
    await fleet.untilPhase("ready", "other#1");
    const lease = await run(fleet, "one", []);
    await fleet.untilPhase("ready", "web#1", "db#1");
    lease.close();
    await fleet.untilPhase("stopped", "web#1", "db#1");
    expect(fleet.history("stopping", "stopped")).toEqual([
      "stopping web#1",
      "stopped web#1",
      "stopping db#1",
      "stopped db#1",
    ]);
    expect(fleet.replica("web#1").cause).toEqual({ kind: "lease" });
    expect(fleet.replica("other#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
  });

  test("what somebody has asked for in their own name meanwhile goes on", async () => {
    const fleet = await TestEngine.open(config);
    const lease = await run(fleet, "one", ["web"]);
    await fleet.untilPhase("ready", "web#1", "db#1");
    await fleet.start("db");
    lease.close();
    await fleet.untilPhase("stopped", "web#1");
    expect(fleet.phase("db#1")).toBe("ready");
    expect(fleet.service("db").wanted).toBe("running");
  });

  test("of two runs, each ends what it brought up first", async () => {
    const fleet = await TestEngine.open(config);
    const first = await run(fleet, "one", ["db"]);
    await fleet.untilPhase("ready", "db#1");
    const second = await run(fleet, "two", ["web"]);
    await fleet.untilPhase("ready", "web#1");
    second.close();
    await fleet.untilPhase("stopped", "web#1");
    expect(fleet.phase("db#1")).toBe("ready");
    first.close();
    await fleet.untilPhase("stopped", "db#1");
  });

  test("all of it is gone within the longest grace period, though each waits for what depends on it", async () => {
    const stubborn = `run: ${program("ignores-sigterm.mjs")}, ready: {log: ready}, stop: {grace: 1s}`;
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${stubborn}, depends_on: [api]}
  api: {dir: ., ${stubborn}, depends_on: [db]}
  db: {dir: ., ${stubborn}}
`);
    const lease = await run(fleet, "one", []);
    await fleet.untilPhase("ready", "web#1", "api#1", "db#1");
    const endedAt = performance.now();
    lease.close();
    await fleet.untilPhase("stopped", "web#1", "api#1", "db#1");
    // One after the other they would take three seconds.
    expect(performance.now() - endedAt).toBeLessThan(2_500);
    expect(fleet.processes()).toEqual([]);
  });

  test("before its services are up, they are not brought up any more", async () => {
    const fleet = await TestEngine.open(config.replace("log: started", "log: never"));
    const lease = await run(fleet, "one", ["web"]);
    await fleet.untilForked("db#1");
    lease.close();
    await fleet.untilPhase("stopped", "web#1", "db#1");
    expect(fleet.replica("web#1").generation).toBe(0);
  });

  test("the engine ends with the last one, where nothing else is wanted and nobody looks on", async () => {
    const fleet = await TestEngine.open(config);
    const lease = await run(fleet, "one", ["db"]);
    await fleet.untilPhase("ready", "db#1");
    const { engine } = fleet;
    fleet.stopWatching();
    lease.close();
    await engine.ended;
    expect(fleet.processes()).toEqual([]);
  });
});

describe("a daemon that takes over from one that handed over", () => {
  const config = `
services:
  web: {dir: ., ${steady}}
  other: {dir: ., ${steady}}
`;

  test("keeps what a run holds that comes back to it, and ends it with that run", async () => {
    const fleet = await TestEngine.open(config);
    await fleet.start("other");
    await run(fleet, "one", ["web"]);
    await fleet.untilPhase("ready", "web#1", "other#1");
    const pid = fleet.pid("web#1");
    await fleet.release();
    await fleet.openEngine();
    const lease = fleet.engine.subscribe(() => {}, { lease: "one" });
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.pid("web#1")).toBe(pid);
    lease.close();
    await fleet.untilPhase("stopped", "web#1");
    expect(fleet.replica("web#1").cause).toEqual({ kind: "lease" });
    expect(fleet.phase("other#1")).toBe("ready");
  });

  test("ends what a run holds that does not come back", async () => {
    const fleet = await TestEngine.open(config);
    await fleet.start("other");
    await run(fleet, "one", ["web"]);
    await fleet.untilPhase("ready", "web#1", "other#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("stopped", "web#1");
    expect(fleet.replica("web#1").cause).toEqual({ kind: "lease" });
    expect(fleet.phase("other#1")).toBe("ready");
  });
});
