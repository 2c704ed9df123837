import { describe, expect, test } from "vitest";
import { readProcessTable } from "../../src/engine/process/process-table.ts";
import { isAlive } from "../helpers/processes.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const quick = `run: ${program("never-binds.sh")}, ready: {log: started}`;

describe("starting and stopping", () => {
  // web → api → db
  const chain = `
services:
  web: {dir: ., ${quick}, depends_on: [api]}
  api: {dir: ., ${quick}, depends_on: [db]}
  db: {dir: ., ${quick}}
`;

  test("what is depended on is ready before its dependents start, and stops after them", async () => {
    const fleet = await TestEngine.open(chain);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "api#1", "db#1");
    expect(fleet.history("starting", "ready")).toEqual([
      "starting db#1",
      "ready db#1",
      "starting api#1",
      "ready api#1",
      "starting web#1",
      "ready web#1",
    ]);
    const before = fleet.events.length;
    await fleet.stop();
    await fleet.untilPhase("stopped", "web#1", "api#1", "db#1");
    const after = fleet.events.slice(before).flatMap(({ event }) => (event.kind === "replicaChanged" ? [event] : []));
    const phases = after
      .filter((e) => e.replica.state.phase !== e.from)
      .map((e) => `${e.replica.id} ${e.replica.state.phase}`);
    expect(phases).toEqual([
      "web#1 stopping",
      "web#1 stopped",
      "api#1 stopping",
      "api#1 stopped",
      "db#1 stopping",
      "db#1 stopped",
    ]);
    expect(fleet.processes()).toEqual([]);
  });

  test("taking the fleet down goes in the same order, and leaves nothing wanted", async () => {
    const fleet = await TestEngine.open(chain);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "api#1", "db#1");
    const before = fleet.history("stopping", "stopped").length;
    const { engine } = fleet;
    await engine.down({ kind: "daemon", what: "stop" });
    expect(fleet.history("stopping", "stopped").slice(before)).toEqual([
      "stopping web#1",
      "stopped web#1",
      "stopping api#1",
      "stopped api#1",
      "stopping db#1",
      "stopped db#1",
    ]);
    expect(fleet.snapshot.services.map((s) => s.wanted)).toEqual(["stopped", "stopped", "stopped"]);
    expect(
      await fleet.send({ kind: "start", select: { names: [], except: [] }, noDeps: false, overrides: {} }),
    ).toMatchObject({
      ok: false,
      error: { kind: "stopping" },
    });
  });

  test("a start brings in what a service depends on, and nothing else", async () => {
    const fleet = await TestEngine.open(chain);
    const reply = await fleet.send({
      kind: "start",
      select: { names: ["api"], except: [] },
      noDeps: false,
      overrides: {},
    });
    expect(reply).toMatchObject({ ok: true, units: ["db#1", "api#1"], services: ["db", "api"] });
    await fleet.untilPhase("ready", "api#1", "db#1");
    expect(fleet.phase("web#1")).toBe("stopped");
  });

  test("--no-deps starts a service whose dependencies are down", async () => {
    const fleet = await TestEngine.open(chain);
    const select = { names: ["web"], except: [] };
    await fleet.send({ kind: "start", select, noDeps: true, overrides: {} });
    await fleet.untilPhase("ready", "web#1");
    expect([fleet.phase("api#1"), fleet.phase("db#1")]).toEqual(["stopped", "stopped"]);
  });

  test("a stop while waiting for a dependency ends the wait at once, and nothing starts later", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., ${quick}, depends_on: [db]}
  db: {dir: ., run: ${program("never-binds.sh")}, ready: {log: never}}
`);
    await fleet.start("api");
    await fleet.until(
      "api waits for db",
      () => fleet.phase("api#1") === "waiting" && fleet.phase("db#1") === "starting",
    );
    expect(fleet.replica("api#1").state).toEqual({
      phase: "waiting",
      blockers: [{ kind: "dependency", name: "db", condition: "ready", now: "starting" }],
    });
    await fleet.stop("api");
    await fleet.untilPhase("stopped", "api#1");
    await fleet.stop("db");
    await fleet.untilPhase("stopped", "db#1");
    expect(fleet.replica("api#1").generation).toBe(0);
  });

  test("a stop while starting ends what was started, whether it was forked yet or not", async () => {
    const fleet = await TestEngine.open(`
services:
  early: {dir: ., run: ${program("never-binds.sh")}, ready: {log: never}}
  late: {dir: ., run: ${program("never-binds.sh")}, ready: {log: never}}
`);
    await fleet.start("late");
    await fleet.untilForked("late#1");
    await Promise.all([fleet.start("early"), fleet.stop()]);
    await fleet.untilPhase("stopped", "early#1", "late#1");
    expect(fleet.trail("late#1")).toEqual(["starting", "stopping", "stopped"]);
    expect(fleet.processes()).toEqual([]);
  });

  test("a start of what runs changes nothing", async () => {
    const fleet = await TestEngine.open(`services: {db: {dir: ., ${quick}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "db#1");
    const { revision } = fleet.snapshot;
    await fleet.start();
    await fleet.start("db");
    expect(fleet.snapshot.revision).toBe(revision);
  });

  test("a name that nobody bears is refused with a suggestion, and nothing starts", async () => {
    const fleet = await TestEngine.open(chain);
    const reply = await fleet.send({
      kind: "start",
      select: { names: ["api", "wbe"], except: [] },
      noDeps: false,
      overrides: {},
    });
    expect(reply).toMatchObject({ ok: false, error: { kind: "unknown-name", suggestion: "web" } });
    expect(fleet.history("starting", "waiting")).toEqual([]);
  });
});

describe("restarting", () => {
  test("a restart is a new generation, which starts only when the old one is gone", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., run: ${program("slow-to-stop.mjs")}, port: auto, env: {STOP_MS: "300"}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    const port = fleet.port("api#1");
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "stopping", "starting", "ready"]);
    expect(isAlive(pid)).toBe(false);
    expect(fleet.port("api#1")).toBe(port);
    expect(fleet.replica("api#1")).toMatchObject({ restarts: 0, generation: 2, failure: null });
  });

  test("a restart of what does not run starts it", async () => {
    const fleet = await TestEngine.open(`services: {db: {dir: ., ${quick}}}`);
    await fleet.restart("db");
    await fleet.untilPhase("ready", "db#1");
    expect(fleet.trail("db#1")).toEqual(["starting", "ready"]);
  });

  test("a restart while stopping starts again once it has stopped", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}, env: {STOP_MS: "300"}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopping", "api#1");
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "stopping", "starting", "ready"]);
    expect(fleet.output("api#1").match(/stopping/g)).toHaveLength(1);
  });

  test("a start while stopping starts again once it has stopped, and a stop after that is the last word", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}, env: {STOP_MS: "2000"}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopping", "api#1");
    await fleet.start();
    await fleet.untilGeneration("api#1", 2);
    await fleet.stop();
    await fleet.start();
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.replica("api#1").generation).toBe(2);
    expect(fleet.output("api#1").match(/stopping/g)).toHaveLength(2);
  });

  test("a restart during the start gives one process, of the new generation", async () => {
    const fleet = await TestEngine.open(`services: {db: {dir: ., ${quick}}}`);
    await fleet.start();
    await fleet.restart("db");
    await fleet.untilGeneration("db#1", 2);
    expect(fleet.processes()).toEqual([fleet.pid("db#1")]);
  });

  // web → api → db
  test("a restart of all starts them in dependency order", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${quick}, depends_on: [api]}
  api: {dir: ., ${quick}, depends_on: [db]}
  db: {dir: ., ${quick}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "api#1", "db#1");
    const before = fleet.history("ready").length;
    await fleet.restart();
    await fleet.until("all ready again", () =>
      ["web#1", "api#1", "db#1"].every((unit) => {
        const { generation, state } = fleet.replica(unit);
        return generation === 2 && state.phase === "ready";
      }),
    );
    expect(fleet.history("ready").slice(before)).toEqual(["ready db#1", "ready api#1", "ready web#1"]);
  });

  test("a rolling restart of three keeps at least two ready", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${quick}}}`);
    const units = ["api#1", "api#2", "api#3"];
    await fleet.start();
    await fleet.untilPhase("ready", ...units);
    let fewest = 3;
    const subscription = fleet.engine.subscribe(() => {
      fewest = Math.min(fewest, units.filter((unit) => fleet.phase(unit) === "ready").length);
    });
    await fleet.restart("api");
    await fleet.until("three of generation 2", () =>
      units.every((unit) => fleet.phase(unit) === "ready" && fleet.replica(unit).generation === 2),
    );
    subscription.close();
    expect(fewest).toBe(2);
  });

  test("a stop in the middle of a rolling restart ends it; a start after that starts each replica once", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${quick}}}`);
    const units = ["api#1", "api#2", "api#3"];
    await fleet.start();
    await fleet.untilPhase("ready", ...units);
    // In one breath: a reply that comes late leaves the restart time to go on.
    await Promise.all([fleet.restart("api"), fleet.stop("api"), fleet.start("api")]);
    await fleet.until("all ready again", () =>
      units.every((unit) => fleet.phase(unit) === "ready" && fleet.replica(unit).generation > 1),
    );
    await fleet.restart("api#1");
    await fleet.untilGeneration("api#1", 3);
    expect(units.map((unit) => fleet.replica(unit).generation)).toEqual([3, 2, 2]);
  });

  test("a replica that is stopped by name during a rolling restart is left out of it", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${quick}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await Promise.all([fleet.restart("api"), fleet.stop("api#3")]);
    await fleet.untilGeneration("api#2", 2);
    await fleet.untilPhase("stopped", "api#3");
    expect(fleet.replica("api#3").generation).toBe(1);
  });
});

describe("what will not stop", () => {
  test("what ignores the stop signal gets it once, and SIGKILL after the grace period", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("ignores-sigterm.mjs")}, ready: {log: ready}, stop: {grace: 400ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const started = performance.now();
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(performance.now() - started).toBeGreaterThan(390);
    expect(fleet.output("api#1").match(/SIGTERM \d/g)).toEqual(["SIGTERM 1"]);
    expect(fleet.eventsOf("replicaExited")).toMatchObject([{ status: { kind: "signal", signal: "SIGKILL" } }]);
  });

  test("kill skips the grace period, also of a stop under way", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("ignores-sigterm.mjs")}, ready: {log: ready}, stop: {grace: 60s}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopping", "api#1");
    await fleet.kill("api");
    await fleet.untilPhase("stopped", "api#1");
    await fleet.start();
    await fleet.untilGeneration("api#1", 2);
    await fleet.kill();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.replica("api#1").failure).toBeNull();
  });

  test("kill reaches a process whose start is still under way", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("ignores-sigterm.mjs")}, stop: {grace: 60s}}}
`);
    await Promise.all([fleet.start(), fleet.kill()]);
    await fleet.until("it was started and stopped", () => fleet.phase("api#1") === "stopped");
    await waitUntil("nothing is left", () => fleet.processes().length === 0);
  });

  test("grandchildren that ignore the stop signal are gone before it counts as stopped", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("forks-a-grandchild.mjs")}, ready: {log: grandchild}, stop: {grace: 300ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.processes()).toHaveLength(3);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
  });

  test.each([["setsid"], ["double-fork"]])("a child that detached itself by %s is stopped with it", async (how) => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("detaches-a-child.mjs")}, ready: {log: child}, env: {HOW: ${how}}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.processes()).toHaveLength(2);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
  });

  test("a detached child is left alone where the config says so", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("detaches-a-child.mjs")}, ready: {log: child}, detached_children: keep}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    const left = fleet.processes();
    expect(left).toHaveLength(1);
    for (const pid of left) process.kill(pid, "SIGKILL");
    await waitUntil("it is gone", () => fleet.processes().length === 0);
  });

  test("a leader that leaves early leaves nobody behind before the next generation starts", async () => {
    const fleet = await TestEngine.open(`
services:
  api:
    dir: .
    run: ${program("detaches-a-child.mjs")}
    env: {LEADER_LEAVES: "1"}
    stop: {grace: 1s}
`);
    await fleet.start();
    await fleet.until("it was started a third time", () => fleet.replica("api#1").generation >= 3);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
  });

  test("each replica leads a session and a group of its own", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${quick}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    const table = readProcessTable();
    for (const pid of fleet.processes()) expect(table.get(pid)).toMatchObject({ pgid: pid, sid: pid });
  });
});
