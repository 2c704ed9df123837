import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

describe("what a dependency holds back", () => {
  // web ─ started → cache     web ─ completed → migrate ─ ready → db
  test("started, ready and completed are each waited for", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: {cache: started, migrate: completed}}
  migrate: {dir: ., run: ${program("exits.sh")}, env: {MS: "200"}, oneshot: true, depends_on: {db: ready}}
  cache: {dir: ., run: ${program("never-binds.sh")}, ready: {log: never}}
  db: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.phase("cache#1")).toBe("starting");
    const order = fleet.history("starting", "ready", "completed").filter((step) => !step.includes("cache"));
    expect(order).toEqual([
      "starting db#1",
      "ready db#1",
      "starting migrate#1",
      "completed migrate#1",
      "starting web#1",
      "ready web#1",
    ]);
  });

  test("every replica of a dependency has to be there", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., ${steady}, scale: 3}
`);
    await fleet.start("web");
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.history("ready").at(-1)).toBe("ready web#1");
    expect(fleet.history("ready")).toHaveLength(4);
  });

  test("a dependency that failed is named while its dependents wait, and they go on once it is mended", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: {migrate: completed}}
  migrate: {dir: ., run: sh -c 'test -e done', oneshot: true}
`);
    await fleet.start();
    await fleet.untilPhase("failed", "migrate#1");
    await fleet.until("web says so", () => {
      const { state } = fleet.replica("web#1");
      return (
        state.phase === "waiting" && state.blockers[0]?.kind === "dependency" && state.blockers[0].now === "failed"
      );
    });
    fleet.write("done", "");
    await fleet.start("migrate");
    await fleet.untilPhase("ready", "web#1");
  });

  test("a crash of a dependency leaves its dependents alone", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    process.kill(fleet.pid("db#1"), "SIGKILL");
    await fleet.untilGeneration("db#1", 2);
    expect(fleet.replica("web#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
  });

  test("a dependent that crashes waits for a dependency that is down", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await fleet.stop("db");
    await fleet.untilPhase("stopped", "db#1");
    process.kill(fleet.pid("web#1"), "SIGKILL");
    await fleet.untilPhase("waiting", "web#1");
    await fleet.start("db");
    await fleet.untilGeneration("web#1", 2);
  });
});

test("who depends on what is not ready any more is told, and goes on", async () => {
  const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., run: ${program("never-binds.sh")}, ready: {exec: test ! -e ${"$TEST_FLEET"}/ill, interval: 50ms, threshold: 1}}
`);
  await fleet.start();
  await fleet.untilPhase("ready", "web#1");
  const pid = fleet.pid("web#1");
  fleet.write("ill", "");
  await fleet.untilPhase("unready", "db#1");
  const told = fleet.eventsOf("noticed").filter(({ unit }) => unit === "web#1");
  expect(told).toHaveLength(1);
  expect(told[0]?.message).toMatch(/^web#1: db#1, which it depends on, is unready: /);
  rmSync(fleet.path("ill"));
  await fleet.untilPhase("ready", "db#1");
  expect(fleet.pid("web#1")).toBe(pid);
});

describe("on_dependency: restart", () => {
  const pair = `
services:
  web: {dir: ., ${steady}, depends_on: [db], on_dependency: restart}
  db: {dir: ., ${steady}}
`;

  test("restarts the dependent once the dependency is ready again", async () => {
    const fleet = await TestEngine.open(pair);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    process.kill(fleet.pid("db#1"), "SIGKILL");
    await fleet.untilGeneration("web#1", 2);
    expect(fleet.history("ready")).toEqual(["ready db#1", "ready web#1", "ready db#1", "ready web#1"]);
    expect(fleet.replica("web#1").cause).toEqual({ kind: "dependency", name: "db", what: "restarted" });
  });

  test("does nothing where both were restarted together", async () => {
    const fleet = await TestEngine.open(pair);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await fleet.restart();
    await fleet.untilGeneration("web#1", 2);
    expect(fleet.history("starting")).toEqual(["starting db#1", "starting web#1", "starting db#1", "starting web#1"]);
  });

  test("does nothing where the dependency was unready for a while, but not restarted", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db], on_dependency: restart}
  db:
    dir: .
    run: ${program("never-binds.sh")}
    ready: {exec: test -e up, interval: 50ms, failure_threshold: 1}
`);
    fleet.write("up", "");
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await fleet.restart("db");
    await fleet.untilGeneration("web#1", 2);
    rmSync(fleet.path("up"));
    await fleet.untilPhase("unready", "db#1");
    fleet.write("up", "");
    await fleet.untilPhase("ready", "db#1");
    await fleet.stop("db");
    await fleet.untilPhase("stopped", "db#1");
    expect(fleet.replica("web#1")).toMatchObject({ generation: 2, state: { phase: "ready" } });
  });

  test("restarts the dependent once where three replicas were restarted", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: [db], on_dependency: restart}
  db: {dir: ., ${steady}, scale: 3}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    await fleet.restart("db");
    await fleet.untilGeneration("web#1", 2);
    await fleet.untilGeneration("db#3", 2);
    await fleet.stop("db");
    await fleet.untilPhase("stopped", "db#1", "db#2", "db#3");
    expect(fleet.replica("web#1")).toMatchObject({ generation: 2, state: { phase: "ready" } });
  });
});
