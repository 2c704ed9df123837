import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isAlive } from "../helpers/processes.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;
const all = { names: [], except: [] };

function told(fleet: TestEngine): string {
  return readFileSync(fleet.path("told"), "utf8");
}

/** Waits for the end of the `after` hooks of the newest command; returns its error. */
async function finished(fleet: TestEngine, count = 1): Promise<unknown> {
  await fleet.until("the after hooks are done", () => fleet.eventsOf("commandFinished").length >= count);
  return fleet.eventsOf("commandFinished")[count - 1]?.error;
}

const hooks = (verb: string): string => `
before: ["echo before >> told"]
after: ["echo after >> told"]
${verb}: {before: ["echo ${verb} before >> told"], after: ["echo ${verb} after >> told"]}
`;

describe("hooks", () => {
  test("of a start run in order, the last ones when all is ready", async () => {
    const fleet = await TestEngine.open(`${hooks("start")}
services: {api: {dir: ., run: sh -c 'echo running >> told; echo up; exec sleep 1000', ready: {log: up}}}
`);
    const reply = await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} });
    expect(reply).toMatchObject({ ok: true, hooksFollow: true });
    expect(told(fleet)).toMatch(/^before\nstart before\n/);
    expect(await finished(fleet)).toBeNull();
    expect(fleet.phase("api#1")).toBe("ready");
    expect(told(fleet)).toBe("before\nstart before\nrunning\nstart after\nafter\n");
    expect(fleet.eventsOf("hookFinished").map((e) => e.exitCode)).toEqual([0, 0, 0, 0]);
  });

  // web → api
  test("after a stop run when all has stopped", async () => {
    const fleet = await TestEngine.open(`
stop: {after: ["pgrep -f $TEST_FLEET/never || echo nothing runs >> told"]}
services:
  web: {dir: ., ${steady}, depends_on: [api]}
  api: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "api#1");
    await fleet.stop();
    expect(await finished(fleet)).toBeNull();
    const done = fleet.events.findIndex(({ event }) => event.kind === "hookFinished");
    const stopped = fleet.events.findLastIndex(({ event }) => event.kind === "replicaChanged");
    expect(done).toBeGreaterThan(stopped);
    expect([fleet.phase("web#1"), fleet.phase("api#1")]).toEqual(["stopped", "stopped"]);
  });

  test("after a restart run when the new generations are ready", async () => {
    const fleet = await TestEngine.open(`
restart: {after: ["true"]}
services: {api: {dir: ., scale: 2, ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    await fleet.restart();
    expect(await finished(fleet)).toBeNull();
    expect(fleet.service("api").replicas).toMatchObject([
      { generation: 2, state: { phase: "ready" } },
      { generation: 2, state: { phase: "ready" } },
    ]);
  });

  test("after a scale run when the new replicas are ready, and the old ones gone", async () => {
    const fleet = await TestEngine.open(`
scale: {after: ["true"]}
services: {api: {dir: ., ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.scale("api", 3);
    expect(await finished(fleet)).toBeNull();
    expect(fleet.service("api").replicas.map((r) => r.state.phase)).toEqual(["ready", "ready", "ready"]);
    await fleet.scale("api", 1);
    expect(await finished(fleet, 2)).toBeNull();
    expect(fleet.processes()).toHaveLength(1);
  });

  test("after a build run when it is built", async () => {
    const fleet = await TestEngine.open(`
build: {after: ["cat made >> told"]}
services: {api: {dir: ., build: sleep 0.3 && echo made > made, ${steady}}}
`);
    await fleet.build();
    expect(await finished(fleet)).toBeNull();
    expect(told(fleet)).toBe("made\n");
  });

  test("after a rebuild run when what was built is ready", async () => {
    const fleet = await TestEngine.open(`
rebuild: {after: ["true"]}
services: {api: {dir: ., build: sleep 0.2, ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.send({ kind: "rebuild", select: all });
    expect(await finished(fleet)).toBeNull();
    expect(fleet.replica("api#1")).toMatchObject({ generation: 2, state: { phase: "ready" } });
  });

  test("after taking the fleet down run when all is gone, and before the engine says that it has ended", async () => {
    const fleet = await TestEngine.open(`
down: {after: ["sleep 0.3; echo gone >> told"]}
services: {api: {dir: ., ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    await fleet.send({ kind: "down" });
    await fleet.engine.ended;
    expect(isAlive(pid)).toBe(false);
    expect(told(fleet)).toBe("gone\n");
    expect(await finished(fleet)).toBeNull();
  });

  test("after a start are not run where something failed", async () => {
    const fleet = await TestEngine.open(`
start: {after: ["echo after >> told"], before: ["echo before >> told"]}
services: {api: {dir: ., run: no-such-program}}
`);
    await fleet.start();
    await finished(fleet);
    expect(told(fleet)).toBe("before\n");
  });

  // web → db, which never becomes ready
  test.each(["cli", "dashboard"] as const)(
    "after a start (%s) do not wait for ever behind what does not become ready, and it is said why",
    async (origin) => {
      const fleet = await TestEngine.open(`
start: {after: ["echo after >> told"], before: ["echo before >> told"]}
services:
  web: {dir: ., ${steady}, depends_on: [db]}
  db: {dir: ., run: ${program("never-binds.sh")}, ready: {log: never said}}
`);
      await fleet.release();
      fleet.hookPatienceMs = 300;
      await fleet.openEngine();
      await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} }, { origin });
      const message =
        "the after hooks of start were not run: nothing came further for 0.3s, " +
        "while waiting for db#1 (starting), web#1 (waiting for db to be ready)";
      expect(await finished(fleet)).toEqual({
        kind: "hook-failed",
        hook: "echo after >> told",
        exitCode: 124,
        message,
      });
      expect(told(fleet)).toBe("before\n");
      const noticed = fleet.eventsOf("noticed").map((notice) => notice.message);
      expect(noticed).toEqual(origin === "dashboard" ? [message] : []);
      expect(fleet.phase("db#1")).toBe("starting");
    },
  );

  test("tell what they print as it comes", async () => {
    const fleet = await TestEngine.open(`
start: {before: ["echo one; sleep 0.2; echo two >&2"]}
services: {api: {dir: ., ${steady}}}
`);
    await fleet.start();
    const output = fleet.eventsOf("hookOutput").map((e) => e.text);
    expect(output).toEqual(["one\n", "two\n"]);
    expect(fleet.eventsOf("hookOutput").every((e) => e.commandId === "command-1")).toBe(true);
  });

  test("that fail before a command keep it from happening, and the later ones from running", async () => {
    const fleet = await TestEngine.open(`
before: ["exit 3", "echo second >> told"]
services: {api: {dir: ., ${steady}}}
`);
    fleet.write("told", "");
    const reply = await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} });
    expect(reply).toMatchObject({ ok: false, error: { kind: "hook-failed", hook: "exit 3", exitCode: 3 } });
    expect(fleet.service("api")).toMatchObject({ wanted: "stopped" });
    expect(told(fleet)).toBe("");
    expect(fleet.history("starting")).toEqual([]);
  });

  test("do not run on a restart by policy, nor where the caller has no environment for them", async () => {
    const fleet = await TestEngine.open(`
before: ["echo hook >> told"]
services: {api: {dir: ., ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    await fleet.send({ kind: "restart", select: all, noDeps: false, overrides: {} }, { callerEnv: null });
    await fleet.untilGeneration("api#1", 3);
    expect(told(fleet)).toBe("hook\n");
  });

  test("have the caller's environment and no marker, so that what they start is nobody's", async () => {
    const fleet = await TestEngine.open(`
env: {GREETING: "hello \${NAME}"}
start: {env: {OWN: yes}, before: ['echo "$GREETING $OWN \${ORCHESTRA_FLEET-none}" >> told']}
services: {api: {dir: ., ${steady}}}
`);
    const callerEnv = { ...fleet.callerEnv, NAME: "world" };
    await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} }, { callerEnv });
    expect(told(fleet)).toBe("hello world yes none\n");
  });

  test("a start whose hooks are still running when the fleet is taken down starts nothing", async () => {
    const fleet = await TestEngine.open(`
start: {before: ["echo begun >> told; while [ ! -e go ]; do sleep 0.05; done"]}
services: {api: {dir: ., ${steady}}}
`);
    const reply = fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} });
    const { engine } = fleet;
    await engine.down({ kind: "daemon", what: "stop" });
    fleet.write("go", "");
    expect(await reply).toMatchObject({ ok: false, error: { kind: "stopping" } });
    expect(fleet.processes()).toEqual([]);
    expect(fleet.service("api").wanted).toBe("stopped");
  });
});
