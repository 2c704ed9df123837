import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { program, TestEngine } from "../helpers/test-engine.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;
const all = { names: [], except: [] };

describe("the config is read again", () => {
  test("at a start: a service that was added is started", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("web/service.yml", steady.replaceAll(", ", "\n"));
    await fleet.start();
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("at a start: a service that was removed ends, and is gone", async () => {
    const fleet = await TestEngine.open(`services:\n  api: {dir: ., ${steady}}\n  web: {dir: ., ${steady}}\n`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "web#1");
    fleet.write("orchestra.yml", `services:\n  api: {dir: ., ${steady}}\n`);
    await fleet.start();
    await fleet.until("web is gone", () => fleet.snapshot.services.map((s) => s.name).join() === "api");
    expect(fleet.processes()).toEqual([fleet.pid("api#1")]);
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("at a start: a service that never ran and was removed is gone at once", async () => {
    const fleet = await TestEngine.open(`services:\n  api: {dir: ., ${steady}}\n  web: {dir: ., ${steady}}\n`);
    await fleet.start("api");
    await fleet.untilPhase("ready", "api#1");
    fleet.write("orchestra.yml", `services:\n  api: {dir: ., ${steady}}\n`);
    await fleet.start("api");
    await fleet.until("web is gone", () => fleet.snapshot.services.map((s) => s.name).join() === "api");
  });

  test("a service that comes back while its old replica is ending goes on with a new one", async () => {
    const both = `services:\n  api: {dir: ., ${steady}}\n  web: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}}\n`;
    const fleet = await TestEngine.open(both);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "web#1");
    fleet.write("orchestra.yml", `services:\n  api: {dir: ., ${steady}}\n`);
    await fleet.start();
    await fleet.untilPhase("stopping", "web#1");
    fleet.write("orchestra.yml", both);
    await fleet.start();
    await fleet.untilGeneration("web#1", 2);
    await fleet.untilPhase("ready", "web#1");
    expect(fleet.processes()).toHaveLength(2);
  });

  test("what runs of a changed service goes on as it is until it is restarted", async () => {
    const config = (value: string): string =>
      `services: {api: {dir: ., run: sh print.sh, env: {A: ${value}}, ready: {log: A}}}`;
    const fleet = await TestEngine.open(config("one"), { "print.sh": "echo A=$A\nexec sleep 1000\n" });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("orchestra.yml", config("two"));
    await fleet.start();
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
    await fleet.restart();
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1")).toBe("A=one\nA=two\n");
  });

  test("a scale in the config is the scale, unless another was asked for live", async () => {
    const config = (scale: number): string => `services: {api: {dir: ., scale: ${scale}, ${steady}}}`;
    const fleet = await TestEngine.open(config(1));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("orchestra.yml", config(2));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "api#2");
    await fleet.scale("api", 3);
    await fleet.untilPhase("ready", "api#3");
    fleet.write("orchestra.yml", config(1));
    await fleet.start();
    expect(fleet.service("api").scale).toBe(3);
  });

  test("with a mistake in it a start is refused with its place, and everything else goes on", async () => {
    const good = `services:\n  api: {dir: ., ${steady}}\n`;
    const fleet = await TestEngine.open(good);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("orchestra.yml", `${good}  web: {dir: ., rum: x}\n`);
    for (const kind of ["start", "restart"] as const) {
      const reply = await fleet.send({ kind, select: all, noDeps: false, overrides: {} });
      expect(reply).toMatchObject({
        ok: false,
        error: { kind: "config", diagnostics: [{ code: "unknown-key", location: { line: 3 } }] },
      });
    }
    expect(fleet.snapshot.diagnostics).toHaveLength(1);
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    await fleet.scale("api", 2);
    await fleet.untilPhase("ready", "api#2");
    await fleet.stop("api");
    await fleet.untilPhase("stopped", "api#1", "api#2");
    fleet.write("orchestra.yml", good);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.snapshot.diagnostics).toEqual([]);
  });

  test("with a mistake in it when a daemon starts, the last good one is in force, and what runs is adopted", async () => {
    const good = `services: {api: {dir: ., ${steady}}}`;
    const fleet = await TestEngine.open(good);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    await fleet.release();
    fleet.write("orchestra.yml", "services: [");
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.pid("api#1")).toBe(pid);
    expect(fleet.snapshot.diagnostics.length).toBeGreaterThan(0);
  });

  test("a fleet that never had a good config refuses to start, and starts once it has one", async () => {
    const fleet = await TestEngine.open("services: [");
    expect(fleet.snapshot.diagnostics.length).toBeGreaterThan(0);
    const reply = await fleet.send({ kind: "start", select: all, noDeps: false, overrides: {} });
    expect(reply).toMatchObject({ ok: false, error: { kind: "config" } });
    fleet.write("orchestra.yml", `services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
  });

  test("a removed folder of a service that runs is told as a mistake, and the service goes on", async () => {
    const fleet = await TestEngine.open(`services:\n  api: {dir: api, ${steady}}\n`, { "api/x": "" });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    rmSync(fleet.path("api"), { recursive: true });
    const reply = await fleet.send({ kind: "restart", select: all, noDeps: false, overrides: {} });
    expect(reply).toMatchObject({ ok: false, error: { kind: "config", diagnostics: [{ code: "missing-folder" }] } });
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "spawn-failed" });
    expect(fleet.replica("api#1").failure?.message).toContain("does not exist");
  });
});
