import { chmodSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { StampedEvent } from "../../src/model/event.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

/** When a unit entered a phase, each time. */
function timesOf(events: readonly StampedEvent[], unit: string, phase: string): number[] {
  return events.flatMap(({ at, event }) => {
    if (event.kind !== "replicaChanged" || event.replica.id !== unit) return [];
    return event.replica.state.phase === phase && event.from !== phase ? [at] : [];
  });
}

describe("a crash", () => {
  test("is told at once, with its exit status, and followed by a restart after 200 ms", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const killedAt = Date.now();
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "stopping", "backoff", "starting", "ready"]);
    const [exited] = fleet.eventsOf("replicaExited");
    expect(exited).toMatchObject({ generation: 1, status: { kind: "signal", signal: "SIGKILL" } });
    const at = fleet.events.find(({ event }) => event === exited)?.at ?? 0;
    // On an idle machine it takes some ten milliseconds.
    expect(at - killedAt).toBeLessThan(2_000);
    const [backoffAt = 0] = timesOf(fleet.events, "api#1", "backoff");
    const [, startedAt = 0] = timesOf(fleet.events, "api#1", "starting");
    expect(startedAt - backoffAt).toBeGreaterThanOrEqual(199);
    expect(fleet.replica("api#1")).toMatchObject({
      restarts: 1,
      failure: { kind: "killed", signal: "SIGKILL" },
      cause: { kind: "policy", what: "restart" },
    });
  });

  test("above the threshold is followed by a backoff that doubles", async () => {
    const fleet = await TestEngine.open(`
services:
  api:
    dir: .
    run: ${program("exits.sh")}
    env: {CODE: "3"}
    supervise: {threshold: 2, backoff: {min: 400ms, max: 10s}}
`);
    await fleet.start();
    await fleet.until("the fourth backoff", () => timesOf(fleet.events, "api#1", "backoff").length >= 4);
    const waits = fleet.eventsOf("replicaChanged").flatMap(({ replica, from }) => {
      const isNew = replica.state.phase === "backoff" && from !== "backoff";
      return isNew && replica.state.phase === "backoff" ? [replica.state.retryAt - replica.since] : [];
    });
    expect(waits[0]).toBeLessThanOrEqual(200);
    expect(waits[1]).toBeLessThanOrEqual(200);
    // A jitter of up to a half comes on top; `since` is read a moment after `retryAt` is worked out.
    expect(waits[2]).toBeGreaterThan(350);
    expect(waits[2]).toBeLessThanOrEqual(600);
    expect(waits[3]).toBeGreaterThan(750);
    expect(waits[3]).toBeLessThanOrEqual(1200);
  });

  test("during the backoff, a stop ends it for good, and a start starts at once with a clean slate", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, supervise: {threshold: 1, backoff: {min: 60s, max: 60s}}}
`);
    await fleet.start();
    await fleet.until("a long backoff", () => {
      const { state, restarts } = fleet.replica("api#1");
      return state.phase === "backoff" && restarts === 1;
    });
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
    await fleet.start();
    await fleet.until("it crashed twice more", () => fleet.replica("api#1").generation === 4);
    await fleet.until(
      "a long backoff",
      () => fleet.phase("api#1") === "backoff" && fleet.replica("api#1").restarts === 1,
    );
    await fleet.start();
    await fleet.until("started without waiting", () => fleet.replica("api#1").generation >= 5);
    expect(fleet.replica("api#1").restarts).toBe(0);
  });

  test("of one unit does not keep its siblings from restarting", async () => {
    const fleet = await TestEngine.open(`
services:
  bad: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, supervise: {threshold: 1, backoff: {min: 60s, max: 60s}}}
  good: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.until(
      "bad is left alone",
      () => fleet.phase("bad#1") === "backoff" && fleet.replica("bad#1").restarts === 1,
    );
    await fleet.untilPhase("ready", "good#1");
    process.kill(fleet.pid("good#1"), "SIGKILL");
    await fleet.untilGeneration("good#1", 2);
  });

  test("before it was ready is a crash like any other", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, port: auto}}
`);
    await fleet.start();
    await fleet.until("it was restarted", () => fleet.replica("api#1").restarts >= 2);
    expect(fleet.trail("api#1").slice(0, 4)).toEqual(["starting", "stopping", "backoff", "starting"]);
  });
});

describe("the restart policy", () => {
  test("never: an end with an error is a failure for good, until somebody starts it", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "7"}, restart: never}}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "exited", code: 7 });
    await fleet.start();
    await fleet.until(
      "a second run",
      () => fleet.replica("api#1").generation === 2 && fleet.phase("api#1") === "failed",
    );
  });

  test("on-failure: a clean end is completed, one with an error is not", async () => {
    const fleet = await TestEngine.open(`
services:
  clean: {dir: ., run: ${program("exits.sh")}, restart: on-failure}
  dirty: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, restart: on-failure}
`);
    await fleet.start();
    await fleet.untilPhase("completed", "clean#1");
    await fleet.until("dirty was restarted", () => fleet.replica("dirty#1").restarts >= 2);
    expect(fleet.replica("clean#1").generation).toBe(1);
  });

  test("always: a clean end counts as a failure, and says what to do", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${program("exits.sh")}}}`);
    await fleet.start();
    await fleet.until("it was restarted", () => fleet.replica("api#1").restarts >= 1);
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "exited", code: 0 });
    expect(fleet.replica("api#1").failure?.hint).toContain("oneshot");
  });

  test("max_failures gives up, and says after how many and why", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, supervise: {max_failures: 3}}}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1")).toMatchObject({
      generation: 3,
      failure: { kind: "gave-up", failures: 3, last: { kind: "exited", code: 1 } },
    });
    expect(fleet.replica("api#1").failure?.message).toContain("3 times");
  });

  test("a headless run gives up after ten failures, whatever the config leaves open", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, supervise: {threshold: 100}}
`);
    const select = { names: [], except: [] };
    await fleet.send({ kind: "start", select, noDeps: false, overrides: {} }, { origin: "headless" });
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1")).toMatchObject({ generation: 10, failure: { kind: "gave-up", failures: 10 } });
  });

  test("failures are forgotten after a stable spell", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., ${steady}, supervise: {max_failures: 2, stable: 300ms}}}
`);
    await fleet.start();
    for (const generation of [1, 2, 3]) {
      await fleet.untilGeneration("api#1", generation);
      await fleet.until("no failure is remembered", () => fleet.replica("api#1").failure === null);
      process.kill(fleet.pid("api#1"), "SIGKILL");
      await fleet.until("it crashed", () => fleet.phase("api#1") !== "ready");
    }
    await fleet.untilGeneration("api#1", 4);
  });

  test("nothing restarts while the fleet is going down", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}, env: {STOP_MS: "700"}, depends_on: [api]}
  api: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "api#1");
    const pid = fleet.pid("api#1");
    const down = fleet.engine.down({ kind: "daemon", what: "stop" });
    await fleet.untilPhase("stopping", "web#1");
    process.kill(pid, "SIGKILL");
    await down;
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "stopped" } });
  });
});

describe("a oneshot", () => {
  test("that ends clean is completed and is not run again by a start of everything, but by its name", async () => {
    const fleet = await TestEngine.open(`services: {migrate: {dir: ., run: ${program("exits.sh")}, oneshot: true}}`);
    await fleet.start();
    await fleet.untilPhase("completed", "migrate#1");
    expect(fleet.trail("migrate#1")).toEqual(["starting", "stopping", "completed"]);
    await fleet.start();
    expect(fleet.replica("migrate#1").generation).toBe(1);
    await fleet.start("migrate");
    await fleet.until(
      "a second run",
      () => fleet.phase("migrate#1") === "completed" && fleet.replica("migrate#1").generation === 2,
    );
  });

  test("that fails is failed and not repeated", async () => {
    const fleet = await TestEngine.open(`
services: {migrate: {dir: ., run: ${program("exits.sh")}, env: {CODE: "4"}, oneshot: true}}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "migrate#1");
    expect(fleet.replica("migrate#1")).toMatchObject({ generation: 1, failure: { kind: "exited", code: 4 } });
  });

  test("is never ready, so that nobody takes half its work for the whole", async () => {
    const fleet = await TestEngine.open(`
services: {migrate: {dir: ., run: ${program("exits.sh")}, env: {MS: "1500"}, oneshot: true}}
`);
    await fleet.start();
    await fleet.untilPhase("completed", "migrate#1");
    expect(fleet.trail("migrate#1")).toEqual(["starting", "stopping", "completed"]);
  });
});

describe("a program that cannot be started", () => {
  test("fails at once, names what is missing and says what to do", async () => {
    const fleet = await TestEngine.open("services: {api: {dir: ., run: no-such-program --flag}}");
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1")).toMatchObject({
      generation: 1,
      restarts: 0,
      failure: { kind: "spawn-failed", file: "no-such-program", errno: "ENOENT" },
    });
    expect(fleet.replica("api#1").failure?.message).toBe("no-such-program is not on the PATH");
    expect(fleet.replica("api#1").failure?.hint).toContain("install no-such-program");
  });

  test("is started once it is there and somebody asks", async () => {
    const fleet = await TestEngine.open("services: {api: {dir: ., run: ./serve, ready: {log: up}}}");
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    fleet.write("serve", "#!/bin/sh\necho up\nexec sleep 1000\n");
    chmodSync(fleet.path("serve"), 0o755);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
  });

  test("whose log folder cannot be written says so, and starts once it can", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`, { ".orchestra/logs": "in the way" });
    await fleet.start();
    await fleet.untilPhase("backoff", "api#1");
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "log-unwritable" });
    rmSync(fleet.path(".orchestra/logs"));
    await fleet.untilPhase("ready", "api#1");
  });
});
