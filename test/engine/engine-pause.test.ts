import { describe, expect, test } from "vitest";
import { readProcess } from "../../src/engine/process/process-table.ts";
import type { Command, CommandReply } from "../../src/model/command.ts";
import { isAlive } from "../helpers/processes.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const server = `run: ${program("listens.mjs")}, port: auto, ready: {http: /healthz}`;
const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

async function tell(
  fleet: TestEngine,
  kind: Extract<Command, { kind: "pause" | "resume" }>["kind"],
  ...names: string[]
): Promise<CommandReply & { ok: true }> {
  const reply = await fleet.send({ kind, select: { names, except: [] } });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply;
}

/** The kernel's letters for how these processes are, each once; `T` stands still. */
function states(pids: readonly number[]): string[] {
  return [...new Set(pids.map((pid) => readProcess(pid)?.state ?? "gone"))];
}

function untilStill(pids: readonly number[]): Promise<true> {
  return waitUntil("they stand still", () => states(pids).join() === "T");
}

describe("a pause", () => {
  test("makes the whole group stand still, and a resume lets it go on to be ready anew", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("forks-a-grandchild.mjs")}, port: auto, ready: {log: "grandchild "}, stop: {grace: 300ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pids = fleet.processes();
    expect(pids.length).toBeGreaterThan(1);
    const paused = await tell(fleet, "pause");
    expect(paused).toMatchObject({ units: ["api#1"], services: ["api"], notes: [] });
    expect(fleet.replica("api#1")).toMatchObject({ state: { phase: "paused", pid: fleet.pid("api#1") } });
    expect(fleet.replica("api#1").cause).toEqual({ kind: "user", verb: "pause", origin: "cli" });
    expect(fleet.service("api").wanted).toBe("running");
    await untilStill(pids);
    const revision = fleet.snapshot.revision;
    expect((await tell(fleet, "pause")).units).toEqual(["api#1"]);
    expect(fleet.snapshot.revision).toBe(revision);
    await tell(fleet, "resume");
    await fleet.untilPhase("ready", "api#1");
    expect(states(pids)).not.toContain("T");
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "paused", "starting", "ready"]);
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("suspends probes, however long it lasts", async () => {
    const often = "interval: 20ms, timeout: 50ms, failure_threshold: 1";
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., run: ${program("listens.mjs")}, port: auto, ready: {http: /healthz}, live: {http: /livez, ${often}}}
  clock: {dir: ., run: ${program("never-binds.sh")}}
`);
    await fleet.start("api");
    await fleet.untilPhase("ready", "api#1");
    await tell(fleet, "pause", "api");
    const changes = (): number => fleet.eventsOf("replicaChanged").filter((e) => e.replica.id === "api#1").length;
    const before = changes();
    await fleet.start("clock");
    // A second, in which fifty checks would have failed.
    await fleet.untilPhase("ready", "clock#1");
    expect(changes()).toBe(before);
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, failure: null, state: { phase: "paused" } });
  });

  test("of what is being forked follows the fork", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}}}`);
    await fleet.start();
    expect(fleet.replica("api#1").state).toEqual({ phase: "starting", pid: null });
    expect((await tell(fleet, "pause")).units).toEqual(["api#1"]);
    await fleet.untilPhase("paused", "api#1");
    await untilStill([fleet.pid("api#1")]);
    await tell(fleet, "resume");
    await fleet.untilPhase("ready", "api#1");
  });

  test("of a service without probe and port: it is ready again once it has run for a second", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${program("never-binds.sh")}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await tell(fleet, "pause");
    await tell(fleet, "resume");
    expect(fleet.phase("api#1")).toBe("starting");
    await fleet.untilPhase("ready", "api#1");
    const at = (phase: string): number =>
      fleet.events.findLast(({ event }) => event.kind === "replicaChanged" && event.replica.state.phase === phase)
        ?.at ?? 0;
    expect(at("ready") - at("starting")).toBeGreaterThanOrEqual(999);
  });

  test("of one replica leaves the others running", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}, scale: 2}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    expect((await tell(fleet, "pause", "api#2")).units).toEqual(["api#2"]);
    expect([fleet.phase("api#1"), fleet.phase("api#2")]).toEqual(["ready", "paused"]);
  });

  test("of what does not run is said, where it was named, and changes nothing", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., ${server}}, off: {dir: ., ${server}}, done: {dir: ., run: ${program("exits.sh")}, oneshot: true}}
`);
    await fleet.start("api", "done");
    await fleet.untilPhase("ready", "api#1");
    await fleet.untilPhase("completed", "done#1");
    const named = await tell(fleet, "pause", "api", "off", "done");
    expect(named.units).toEqual(["api#1"]);
    expect(named.notes).toEqual(["nothing to pause of done#1 (completed), off#1 (stopped)"]);
    expect(await tell(fleet, "pause")).toMatchObject({ units: ["api#1"], notes: [] });
    expect(await tell(fleet, "resume", "off")).toMatchObject({
      units: [],
      notes: ["nothing to resume of off#1 (stopped)"],
    });
    expect(fleet.trail("off#1")).toEqual([]);
  });

  test("has hooks of its own", async () => {
    const fleet = await TestEngine.open(`
pause: {before: ["true"], after: [":"]}
services: {api: {dir: ., ${server}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const reply = await tell(fleet, "pause");
    expect(reply.hooksFollow).toBe(true);
    await fleet.until("the hooks are done", () => fleet.eventsOf("commandFinished").length > 0);
    expect(fleet.eventsOf("hookFinished").map((e) => [e.hook, e.exitCode])).toEqual([
      ["true", 0],
      [":", 0],
    ]);
  });
});

describe("what is paused", () => {
  test("stops by its own stop signal, and ends as it would have", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await tell(fleet, "pause");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.eventsOf("replicaExited")).toMatchObject([{ unit: "api#1", status: { kind: "code", code: 0 } }]);
  });

  test("is killed, restarted and scaled down like any other", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}, scale: 3}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await tell(fleet, "pause");
    await fleet.scale("api", 2);
    await fleet.until("the third is gone", () => fleet.findReplica("api#3") === undefined);
    await fleet.kill("api#2");
    await fleet.untilPhase("stopped", "api#2");
    await fleet.restart("api#1");
    await fleet.untilGeneration("api#1", 2);
    const statuses = fleet.eventsOf("replicaExited").map((e) => [e.unit, e.status]);
    expect(statuses).toEqual([
      ["api#3", { kind: "code", code: 0 }],
      ["api#2", { kind: "signal", signal: "SIGKILL" }],
      ["api#1", { kind: "code", code: 0 }],
    ]);
  });

  test("goes on when somebody starts it", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await tell(fleet, "pause");
    await fleet.start("api");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("and dies is restarted by its policy, and runs", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await tell(fleet, "pause");
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.replica("api#1")).toMatchObject({ restarts: 1, failure: { kind: "killed", signal: "SIGKILL" } });
    expect(states([fleet.pid("api#1")])).not.toContain("T");
  });

  // web → api
  test("is not ready for what starts now, and its return is no restart for what runs", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., ${server}}
  web: {dir: ., ${steady}, depends_on: [api], on_dependency: restart}
  late: {dir: ., ${steady}, depends_on: [api]}
`);
    await fleet.start("web");
    await fleet.untilPhase("ready", "api#1", "web#1");
    await fleet.restart("api");
    await fleet.untilGeneration("web#1", 2);
    await tell(fleet, "pause", "api");
    const select = { names: ["late"], except: [] };
    await fleet.send({ kind: "start", select, noDeps: false, overrides: {} });
    // The start of what needs it asks for it too.
    await fleet.untilPhase("ready", "late#1", "api#1");
    await fleet.stop("late");
    await fleet.untilPhase("stopped", "late#1");
    await tell(fleet, "pause", "api");
    process.kill(fleet.pid("web#1"), "SIGKILL");
    await fleet.untilPhase("waiting", "web#1");
    expect(fleet.replica("web#1").state).toMatchObject({ blockers: [{ name: "api", now: "paused" }] });
    await tell(fleet, "resume", "api");
    await fleet.untilGeneration("web#1", 3);
    expect(fleet.replica("web#1").generation).toBe(3);
    expect(fleet.replica("api#1").generation).toBe(2);
  });

  test("is found paused by a new daemon, which can resume it, and stop it", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., ${server}}, log: {dir: ., ${steady}}, woken: {dir: ., ${steady}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "log#1", "woken#1");
    await tell(fleet, "pause");
    const units = ["api#1", "log#1", "woken#1"];
    const pids = units.map((unit) => fleet.pid(unit));
    await untilStill(pids);
    await fleet.release();
    process.kill(pids[2] as number, "SIGCONT");
    await waitUntil("one goes on", () => states([pids[2] as number]).join() !== "T");
    await fleet.openEngine();
    await fleet.untilPhase("ready", "woken#1");
    expect([fleet.phase("api#1"), fleet.phase("log#1")]).toEqual(["paused", "paused"]);
    expect(units.map((unit) => fleet.pid(unit))).toEqual(pids);
    await tell(fleet, "resume", "api");
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop("log");
    await fleet.untilPhase("stopped", "log#1");
    expect(isAlive(pids[1] as number)).toBe(false);
  });

  test("goes with the fleet", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${server}}, log: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "log#1");
    await tell(fleet, "pause");
    await fleet.down();
    expect(fleet.processes()).toEqual([]);
  });
});
