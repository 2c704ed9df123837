import { describe, expect, test } from "vitest";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

function replicas(fleet: TestEngine, service: string): string[] {
  return fleet.service(service).replicas.map((r) => `${r.id} ${r.state.phase}`);
}

describe("scaling", () => {
  test("adds and takes away replicas while the others run on", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    await fleet.scale("api", 3);
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await fleet.scale("api", 1);
    await fleet.until("one is left", () => replicas(fleet, "api").join() === "api#1 ready");
    expect(fleet.pid("api#1")).toBe(pid);
    expect(fleet.processes()).toEqual([pid]);
    await fleet.scale("api", 2);
    await fleet.untilPhase("ready", "api#2");
    expect(fleet.replica("api#2").generation).toBe(2);
  });

  test("by a difference counts from what is wanted now, and refuses what makes no sense", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., ${steady}}
  migrate: {dir: ., run: ${program("exits.sh")}, oneshot: true}
`);
    await fleet.start("api");
    await fleet.send({ kind: "scale", service: "api", change: { by: 2 } });
    await fleet.send({ kind: "scale", service: "api", change: { by: -1 } });
    await fleet.untilPhase("ready", "api#1", "api#2");
    expect(fleet.service("api").scale).toBe(2);
    for (const change of [{ by: -3 }, { to: 1.5 }, { to: 501 }]) {
      const reply = await fleet.send({ kind: "scale", service: "api", change });
      expect(reply).toMatchObject({ ok: false, error: { kind: "refused" } });
    }
    const oneshot = await fleet.send({ kind: "scale", service: "migrate", change: { to: 2 } });
    expect(oneshot).toMatchObject({ ok: false, error: { kind: "refused" } });
  });

  test("of a service that is stopped starts nothing before it is started", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.scale("api", 2);
    await fleet.until("two at rest", () => replicas(fleet, "api").join() === "api#1 stopped,api#2 stopped");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
  });

  test("to zero and back", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.scale("api", 0);
    await fleet.until("none is left", () => replicas(fleet, "api").length === 0);
    await fleet.scale("api", 1);
    await fleet.untilGeneration("api#1", 2);
  });

  test("lasts until the fleet is taken down, and then is the config's again", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${steady}}}`);
    await fleet.start();
    await fleet.scale("api", 3);
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1", "api#2", "api#3");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await fleet.down();
    await fleet.openEngine();
    expect(fleet.service("api")).toMatchObject({ wanted: "stopped", scale: 2 });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    expect(fleet.findReplica("api#3")).toBeUndefined();
  });

  test("scaling up and down and up again while it starts ends with what was asked last", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    for (const scale of [4, 1, 3, 0, 2]) await fleet.scale("api", scale);
    await fleet.until("two ready", () => replicas(fleet, "api").join() === "api#1 ready,api#2 ready");
    expect(fleet.processes()).toHaveLength(2);
  });
});

describe("single replicas", () => {
  test("one that was stopped by name stays stopped through a scale, a crash and a start of another", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    await fleet.stop("api#2", "api#3");
    await fleet.untilPhase("stopped", "api#2", "api#3");
    await fleet.scale("api", 4);
    await fleet.untilPhase("ready", "api#4");
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    await fleet.start("api#3");
    await fleet.untilPhase("ready", "api#3");
    expect(fleet.replica("api#2")).toMatchObject({ generation: 1, state: { phase: "stopped" } });
    expect(fleet.service("api").wanted).toBe("running");
  });

  test("a start of one replica of a stopped service starts just that one; a start of the whole the others too", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 3, ${steady}}}`);
    await fleet.start("api#2");
    await fleet.untilPhase("ready", "api#2");
    expect(replicas(fleet, "api")).toEqual(["api#1 stopped", "api#2 ready", "api#3 stopped"]);
    await fleet.start("api");
    await fleet.untilPhase("ready", "api#1", "api#2", "api#3");
    expect(fleet.replica("api#2").generation).toBe(1);
  });

  test("a restart of one replica leaves the others alone", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    await fleet.restart("api#2");
    await fleet.untilGeneration("api#2", 2);
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  // web → db
  test("one that was stopped by name stays stopped when something that depends on its service is started", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., ${steady}, depends_on: {db: started}}
  db: {dir: ., scale: 2, ${steady}}
`);
    await fleet.start("db");
    await fleet.untilPhase("ready", "db#1", "db#2");
    await fleet.stop("db#2");
    await fleet.untilPhase("stopped", "db#2");
    await fleet.start("web");
    await fleet.untilPhase("waiting", "web#1");
    await fleet.restart("web");
    await fleet.untilPhase("waiting", "web#1");
    expect(fleet.replica("db#2")).toMatchObject({ generation: 1, state: { phase: "stopped" } });
  });

  test("a replica that is not there is refused, with what to do", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., scale: 2, ${steady}}}`);
    const select = { names: ["api#3"], except: [] };
    const reply = await fleet.send({ kind: "start", select, noDeps: false, overrides: {} });
    expect(reply).toMatchObject({ ok: false, error: { kind: "refused" } });
    expect(reply.ok ? "" : reply.error.message).toContain("orchestra scale api=3");
  });
});
