import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { StrayAction } from "../../src/model/command.ts";
import type { Stray, StrayId } from "../../src/model/stray.ts";
import { freePort } from "../helpers/free-port.ts";
import { isAlive, markerEnvironment } from "../helpers/processes.ts";
import { TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const programs = join(import.meta.dirname, "../../fixtures/programs");

/** A fleet whose service `api` runs a script that lies in its folder. */
async function fleetWith(service: string, fleetKeys = ""): Promise<TestEngine> {
  const script = readFileSync(join(programs, "never-binds.sh"), "utf8");
  const server = readFileSync(join(programs, "listens.mjs"), "utf8");
  const files = { "api/serve.sh": script, "api/server.mjs": server };
  return await TestEngine.open(`${fleetKeys}\nservices: {api: {dir: api, ${service}}}`, files);
}

const sleeper = "run: sh serve.sh, ready: {log: started}";

/** Starts a program in the service's folder as a person would, and ends it with the test. */
async function byHand(fleet: TestEngine, command: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const [file = "", ...args] = command.split(" ");
  const path = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const child = spawn(file, args, {
    cwd: fleet.path("api"),
    env: { PATH: path, ...env },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await waitUntil("it runs what it was to run", () => {
    const line = existsSync(`/proc/${child.pid}/cmdline`) ? readFileSync(`/proc/${child.pid}/cmdline`, "utf8") : "";
    return (
      !line.includes("vitest") && (line.includes("sleep") || !command.includes("serve.sh") || command.includes("trace"))
    );
  });
  return child;
}

async function decide(fleet: TestEngine, action: StrayAction, ...pids: number[]): Promise<string[]> {
  const strays = await fleet.engine.findStrays();
  const ids = pids.map((pid) => strays.find((stray) => stray.pids.includes(pid))?.id ?? (`${pid}-0` as StrayId));
  const reply = await fleet.send({ kind: "strays", action, ids });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.notes;
}

/** The only stray there is. */
async function onlyStray(fleet: TestEngine): Promise<Stray> {
  const strays = await fleet.engine.findStrays();
  expect(strays).toHaveLength(1);
  return strays[0] as Stray;
}

function untilWaitingForStray(fleet: TestEngine, pid: number): Promise<void> {
  return fleet.until("it waits for a word on the stray", () => {
    const { state } = fleet.replica("api#1");
    return state.phase === "waiting" && JSON.stringify(state.blockers).includes(`"pid":${pid}`);
  });
}

describe("a stray that was started by hand", () => {
  test("is asked about with evidence, and the service waits until it is stopped", async () => {
    const fleet = await fleetWith(sleeper);
    const stray = await byHand(fleet, "sleep 600");
    const other = await byHand(fleet, "sh serve.sh --verbose");
    expect(await fleet.engine.findStrays()).toEqual([]);
    other.kill("SIGKILL");
    stray.kill("SIGKILL");
    const server = await fleetWith("run: node server.mjs, port: auto");
    const child = await byHand(server, "node server.mjs", { PORT: String(await freePort()) });
    const pid = child.pid as number;
    const found = await onlyStray(server);
    expect(found).toMatchObject({
      service: "api",
      pid,
      kind: "foreign",
      isExact: true,
      standing: "asked",
      tracer: null,
    });
    expect(found.parent?.pid).toBe(process.pid);
    expect(found.evidence).toContain("its script is server.mjs");
    await server.start();
    await untilWaitingForStray(server, pid);
    await decide(server, "stop", pid);
    await server.untilPhase("ready", "api#1");
    expect(isAlive(pid)).toBe(false);
    expect(server.snapshot.strays).toEqual([]);
    expect(server.pid("api#1")).not.toBe(pid);
  });

  test("that ends by itself lets the service go on", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    await fleet.start();
    await untilWaitingForStray(fleet, child.pid as number);
    child.kill("SIGKILL");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.snapshot.strays).toEqual([]);
  });

  test("that is to be ignored holds nothing up, and is left alone", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    await fleet.start();
    await untilWaitingForStray(fleet, child.pid as number);
    await decide(fleet, "ignore");
    await fleet.untilPhase("ready", "api#1");
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
    expect(isAlive(child.pid as number)).toBe(true);
    expect(await onlyStray(fleet)).toMatchObject({ standing: "ignored" });
  });

  test.each(["config", "command"])("is stopped first where the %s says so", async (where) => {
    const fleet = await fleetWith("run: node server.mjs, port: auto", where === "config" ? "strays: stop" : "");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    const select = { names: [], except: [] };
    const strays = where === "config" ? {} : ({ strays: "stop" } as const);
    await fleet.send({ kind: "start", select, noDeps: false, overrides: {}, ...strays });
    await fleet.untilPhase("ready", "api#1");
    expect(isAlive(child.pid as number)).toBe(false);
    const told = fleet.eventsOf("noticed").map(({ message }) => message);
    expect(told).toContainEqual(
      expect.stringMatching(new RegExp(`stops node server.mjs \\(pid ${child.pid}\\), strays: stop: `)),
    );
  });

  test("fails a headless run, with the list and the next step", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    const command = { kind: "start", select: { names: [], except: [] }, noDeps: false, overrides: {} } as const;
    await fleet.send({ ...command, select: { names: [], except: [] } }, { origin: "headless" });
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1").failure).toMatchObject({
      kind: "strays-found",
      message: expect.stringContaining(`node server.mjs (pid ${child.pid})`),
      hint: expect.stringContaining("--strays"),
    });
    expect(isAlive(child.pid as number)).toBe(true);
  });

  test("is not stopped unasked while a tracer holds it", async (context) => {
    const fleet = await fleetWith("run: node server.mjs, port: auto", "strays: stop");
    const probe = spawn("strace", ["-o", "/dev/null", "true"], { stdio: "ignore" });
    const works = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.once("exit", (code) => resolve(code === 0));
    });
    if (!works) context.skip("no strace here, or it may not trace");
    const tracer = await byHand(fleet, "strace -f -o /dev/null node server.mjs", { PORT: String(await freePort()) });
    const found = await waitUntil("the traced one is found", async () => (await fleet.engine.findStrays())[0] ?? null);
    await fleet.start();
    await untilWaitingForStray(fleet, found.pid);
    expect(found.tracer).toMatchObject({ pid: tracer.pid });
    expect(isAlive(found.pid)).toBe(true);
    process.kill(found.pid, "SIGKILL");
    await fleet.untilPhase("ready", "api#1");
  });

  test("of another fleet, a shell and an editor in the folder are nobody's", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const marks = markerEnvironment({ fleet: "another", service: "api", replica: 1, generation: 1 });
    await byHand(fleet, "node server.mjs", { ...marks, PORT: String(await freePort()) });
    copyFileSync("/bin/sleep", fleet.path("api/vim"));
    const own = markerEnvironment({ fleet: fleet.snapshot.id, service: "api", replica: 1, generation: 7 });
    await byHand(fleet, "./vim 600", own);
    expect(await fleet.engine.findStrays()).toEqual([]);
    // Else the end of the test would take it for the fleet's own.
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
  });

  test("what is no stray is an error, and nothing is done", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    const { id } = await onlyStray(fleet);
    const reply = await fleet.send({ kind: "strays", action: "stop", ids: [`${process.pid}-1` as StrayId, id] });
    expect(reply).toMatchObject({
      ok: false,
      error: { kind: "unknown-name", message: expect.stringContaining(String(process.pid)) },
    });
    expect(isAlive(child.pid as number)).toBe(true);
  });
});

describe("what is stopped without a question", () => {
  test("an orphan that is the service's own start to the letter", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    const port = String(await freePort());
    const shell = spawn("/bin/sh", ["-c", "node server.mjs >/dev/null 2>&1 & echo $!"], {
      cwd: fleet.path("api"),
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`, PORT: port },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pid = Number(
      await new Promise<string>((resolve) => shell.stdout.once("data", (data) => resolve(String(data)))),
    );
    onTestFinished(() => {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    });
    await new Promise((resolve) => shell.once("close", resolve));
    await waitUntil("it is found and gone", async () => {
      await fleet.engine.findStrays();
      return !isAlive(pid);
    });
    const told = fleet.eventsOf("noticed").map(({ message }) => message);
    expect(told).toContainEqual(expect.stringMatching(/^stops node server.mjs .*an orphan: its script/));
  });

  test("a leftover with our markers and no record, before a new generation starts", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.down();
    const markers = { fleet: fleet.snapshot.id, service: "api", replica: 1, generation: 9 };
    const leftover = await byHand(fleet, "node server.mjs", {
      ...markerEnvironment(markers),
      PORT: String(await freePort()),
    });
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(isAlive(leftover.pid as number)).toBe(false);
  });
});

describe("adoption", () => {
  test("makes a replica of it without a restart: ready by its port, watched, restarted, stopped", async () => {
    const port = await freePort();
    const fleet = await fleetWith(`run: node server.mjs, port: ${port}`);
    const child = await byHand(fleet, "node server.mjs", { PORT: String(port) });
    await waitUntil("it listens", async () => (await fleet.engine.findStrays())[0]?.ports.includes(port));
    await fleet.start();
    await untilWaitingForStray(fleet, child.pid as number);
    await decide(fleet, "adopt");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.pid("api#1")).toBe(child.pid);
    expect(fleet.replica("api#1")).toMatchObject({ adopted: true, outputElsewhere: true, ports: { http: port } });
    expect((await fleet.lines("api#1")).map((line) => line.text).join("\n")).toContain("output elsewhere");
    expect(fleet.snapshot.strays).toEqual([]);
    const inspected = await fleet.engine.inspect(fleet.replica("api#1").id);
    expect(inspected?.environment).toContainEqual({
      name: "PORT",
      value: String(port),
      origin: `pid ${child.pid}`,
      isSecret: false,
    });
    const killedAt = Date.now();
    child.kill("SIGKILL");
    await fleet.until("its end is seen", () => fleet.eventsOf("replicaExited").some((e) => e.unit === "api#1"));
    expect(Date.now() - killedAt).toBeLessThan(500);
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.pid("api#1")).not.toBe(child.pid);
    expect(fleet.replica("api#1")).toMatchObject({ adopted: false, outputElsewhere: false });
  });

  test("of one more than there are to be makes the scale larger", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto", "strays: ask");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    expect(await onlyStray(fleet)).toMatchObject({ pid: child.pid, standing: "asked" });
    await decide(fleet, "adopt", child.pid as number);
    await fleet.until("there are two", () => fleet.service("api").scale === 2 && fleet.phase("api#2") === "ready");
    expect(fleet.pid("api#2")).toBe(child.pid);
    await fleet.stop("api#2");
    await fleet.untilPhase("stopped", "api#2");
    expect(isAlive(child.pid as number)).toBe(false);
  });

  test("lasts over a new daemon", async () => {
    const fleet = await fleetWith("run: node server.mjs, port: auto", "strays: adopt");
    const child = await byHand(fleet, "node server.mjs", { PORT: String(await freePort()) });
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.pid("api#1")).toBe(child.pid);
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.pid("api#1")).toBe(child.pid);
    expect(fleet.replica("api#1")).toMatchObject({ adopted: true, outputElsewhere: true });
    expect(await fleet.engine.findStrays()).toEqual([]);
  });
});
