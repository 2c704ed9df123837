import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { isAlive } from "../helpers/processes.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;

/** Ends processes behind the engine's back, and waits until they are gone. */
async function killAll(pids: number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await waitUntil("they are gone", () => !pids.some(isAlive));
}

describe("a new daemon takes over what an earlier one left running", () => {
  // web → api
  test("no process is started or stopped, and each is ready again by its own probe", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., run: ${program("listens.mjs")}, port: auto, ready: {http: /healthz}, depends_on: [api], on_dependency: restart}
  api: {dir: ., run: ${program("listens.mjs")}, port: auto, scale: 2}
  log: {dir: ., ${steady}}
  plain: {dir: ., run: ${program("never-binds.sh")}}
`);
    const units = ["web#1", "api#1", "api#2", "log#1", "plain#1"];
    await fleet.start();
    await fleet.untilPhase("ready", ...units);
    await fleet.restart("api");
    await fleet.untilGeneration("web#1", 2);
    await fleet.untilPhase("ready", ...units);
    const before = units.map((unit) => [fleet.pid(unit), fleet.replica(unit).generation, fleet.replica(unit).ports]);
    await fleet.release();
    expect(fleet.processes()).toHaveLength(5);
    const seen = fleet.events.length;
    await fleet.openEngine();
    await fleet.untilPhase("ready", ...units);
    expect(units.map((unit) => [fleet.pid(unit), fleet.replica(unit).generation, fleet.replica(unit).ports])).toEqual(
      before,
    );
    expect(units.map((unit) => fleet.replica(unit).adopted)).toEqual([true, true, true, true, true]);
    const phases = fleet.events
      .slice(seen)
      .flatMap(({ event }) => (event.kind === "replicaChanged" ? [event.replica.state.phase] : []));
    expect(new Set(phases)).toEqual(new Set(["ready"]));
    expect(fleet.service("api")).toMatchObject({ wanted: "running", scale: 2 });
  });

  test("no line of output is lost or doubled", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("floods.mjs")}, env: {RATE: "2000", COUNT: "6000"}, ready: {log: "line 1$"}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    for (let i = 0; i < 3; i++) {
      await fleet.release();
      await fleet.openEngine();
      await fleet.untilPhase("ready", "api#1");
    }
    await waitUntil("all is printed", () => fleet.output("api#1").endsWith("line 6000\n"));
    const lines: string[] = [];
    let from: Parameters<typeof fleet.engine.readLogs>[0]["from"] = "start";
    for (;;) {
      const page = await fleet.engine.readLogs({ units: ["api#1"], from, direction: "forward", limit: 5_000 });
      lines.push(...page.lines.filter((l) => l.kind === "line").map((l) => l.text));
      from = page.after;
      if (page.atEnd) break;
    }
    expect(lines).toEqual(Array.from({ length: 6_000 }, (_, i) => `line ${i + 1}`));
  });

  test.each([
    ["never-binds.sh", "started"],
    ["forks-a-grandchild.mjs", "grandchild"],
  ])("an adopted replica stops as any other, with its end told first (%s)", async (name, line) => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program(name)}, ready: {log: ${line}}, stop: {grace: 300ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(fleet.processes()).toEqual([]);
    expect(fleet.eventsOf("replicaExited")).toMatchObject([
      { unit: "api#1", generation: 1, status: { kind: "unknown" } },
    ]);
    const told = fleet.events.findIndex(({ event }) => event.kind === "replicaExited");
    const stopped = fleet.events.findIndex(
      ({ event }) => event.kind === "replicaChanged" && event.replica.state.phase === "stopped",
    );
    expect(told).toBeLessThan(stopped);
  });

  test("the end of an adopted replica is noticed, its status is unknown, and the policy goes on", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    process.kill(pid, "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    const exited = fleet.events.find(({ event }) => event.kind === "replicaExited");
    expect(exited?.event).toMatchObject({ status: { kind: "unknown" }, generation: 1 });
    expect(fleet.replica("api#1")).toMatchObject({ adopted: false, restarts: 1, failure: { kind: "exit-unknown" } });
  });

  test("an adopted replica is restarted with the caller's new environment", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.processes()).toEqual([fleet.pid("api#1")]);
    expect(fleet.replica("api#1").adopted).toBe(false);
  });

  test("what ended while no daemon was there is restarted by its policy, and said so", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., ${steady}}
  once: {dir: ., ${steady}, restart: never}
  other: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "once#1", "other#1");
    const pid = fleet.pid("other#1");
    const killed = [fleet.pid("api#1"), fleet.pid("once#1")];
    await fleet.release();
    await killAll(killed);
    await fleet.openEngine();
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "exit-unknown" });
    expect(fleet.phase("once#1")).toBe("failed");
    expect(fleet.replica("once#1").failure).toMatchObject({ kind: "exit-unknown" });
    await fleet.untilPhase("ready", "other#1");
    expect(fleet.pid("other#1")).toBe(pid);
  });

  test.each([
    ["in its group", "forks-a-grandchild.mjs", "grandchild", {}],
    ["in a session of its own", "detaches-a-child.mjs", "child", { LISTENS: "1" }],
  ])("what a dead leader left behind %s is ended before the next generation starts", async (_, name, line, env) => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program(name)}, ready: {log: "${line} "}, port: auto, env: ${JSON.stringify(env)}, stop: {grace: 300ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const leader = fleet.pid("api#1");
    await fleet.release();
    await killAll([leader]);
    const orphans = fleet.processes();
    expect(orphans.length).toBeGreaterThan(0);
    await fleet.openEngine();
    await fleet.untilGeneration("api#1", 2);
    expect(orphans.filter(isAlive)).toEqual([]);
  });

  test("what the user had stopped stays stopped; what waited or failed is found as it was", async () => {
    const fleet = await TestEngine.open(
      `
services:
  up: {dir: ., ${steady}, scale: 3}
  done: {dir: ., run: ${program("exits.sh")}, oneshot: true}
  bad: {dir: ., run: ${program("exits.sh")}, env: {CODE: "1"}, restart: never, ready: {log: never}}
  waits: {dir: ., ${steady}, depends_on: [bad]}
  off: {dir: ., ${steady}}
`,
    );
    await fleet.start("up", "done", "bad", "waits");
    await fleet.untilPhase("ready", "up#1", "up#2", "up#3");
    await fleet.untilPhase("completed", "done#1");
    await fleet.untilPhase("failed", "bad#1");
    await fleet.untilPhase("waiting", "waits#1");
    await fleet.stop("up#2");
    await fleet.untilPhase("stopped", "up#2");
    await fleet.scale("up", 4);
    await fleet.untilPhase("ready", "up#4");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "up#1", "up#3", "up#4");
    await fleet.untilPhase("waiting", "waits#1");
    const phases = ["up#2", "off#1", "done#1", "bad#1"].map((unit) => fleet.phase(unit));
    expect(phases).toEqual(["stopped", "stopped", "completed", "failed"]);
    expect(["done#1", "bad#1"].map((unit) => fleet.replica(unit).generation)).toEqual([1, 1]);
  });

  test("a port that the config has changed meanwhile is the old one until a restart", async () => {
    const [before, after] = [await freePort(), await freePort()];
    const config = (port: number): string => `services: {api: {dir: ., run: ${program("listens.mjs")}, port: ${port}}}`;
    const fleet = await TestEngine.open(config(before));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    fleet.write("orchestra.yml", config(after));
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.port("api#1")).toBe(before);
    await fleet.restart();
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.port("api#1")).toBe(after);
  });

  test("what is of a service that left the config meanwhile is ended", async () => {
    const fleet = await TestEngine.open(`services:\n  api: {dir: ., ${steady}}\n  web: {dir: ., ${steady}}\n`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1", "web#1");
    await fleet.release();
    fleet.write("orchestra.yml", `services:\n  api: {dir: ., ${steady}}\n`);
    await fleet.openEngine();
    await fleet.until("web is gone", () => fleet.snapshot.services.map((s) => s.name).join() === "api");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.processes()).toEqual([fleet.pid("api#1")]);
  });

  test("a hand-over in the middle of a stop ends with what was asked for", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}, env: {STOP_MS: "400"}, depends_on: [db]}
  db: {dir: ., ${steady}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "web#1", "db#1");
    await fleet.stop();
    await fleet.untilPhase("stopping", "web#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("stopped", "web#1", "db#1");
    expect(fleet.processes()).toEqual([]);
  });

  test("a restart that a hand-over cuts in two goes on where it was", async () => {
    const fleet = await TestEngine.open(`
services:
  api: {dir: ., run: ${program("slow-to-stop.mjs")}, ready: {log: ready}, env: {STOP_MS: "300"}, scale: 3}
`);
    const units = ["api#1", "api#2", "api#3"];
    await fleet.start();
    await fleet.untilPhase("ready", ...units);
    await fleet.restart("api");
    await fleet.untilPhase("stopping", "api#2");
    await fleet.release();
    await fleet.openEngine();
    await fleet.until("each is in its second generation", () =>
      units.every((unit) => fleet.phase(unit) === "ready" && fleet.replica(unit).generation === 2),
    );
    expect(units.map((unit) => fleet.replica(unit).restarts)).toEqual([0, 0, 0]);
    expect(fleet.processes()).toHaveLength(3);
  });

  test("a restart that was asked for during a stop is finished, also of what is deaf to the stop signal", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("ignores-sigterm.mjs")}, ready: {log: ready}, stop: {grace: 2s}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await Promise.all([fleet.stop("api"), fleet.restart("api")]);
    await fleet.untilPhase("stopping", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.processes()).toHaveLength(1);
    // By what was asked for, and not because its end looked like a failure.
    expect(fleet.replica("api#1")).toMatchObject({ restarts: 0, failure: null });
  });

  test("a hand-over in the middle of a start loses no process and starts none twice", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `s${i}`);
    const fleet = await TestEngine.open(
      `services:\n${names.map((name) => `  ${name}: {dir: ., ${steady}}`).join("\n")}`,
    );
    await fleet.start();
    for (let i = 0; i < 4; i++) {
      await fleet.release();
      await fleet.openEngine();
    }
    const units = names.map((name) => `${name}#1`);
    await fleet.untilPhase("ready", ...units);
    expect(fleet.processes().sort()).toEqual(units.map((unit) => fleet.pid(unit)).sort());
    expect(units.map((unit) => fleet.replica(unit).failure)).toEqual(units.map(() => null));
  });

  test.each([
    ["goes on", false],
    ["ends meanwhile", true],
  ])("a oneshot that %s is handed over with its exit code", async (_, endsMeanwhile) => {
    const fleet = await TestEngine.open(`
services:
  job: {dir: ., oneshot: true, run: "until [ -e go ]; do sleep 0.02; done; exit 143"}
  late: {dir: ., oneshot: true, run: "echo run >>late; sleep 0.1"}
`);
    await fleet.start();
    await fleet.untilForked("job#1");
    await fleet.untilForked("late#1");
    const pid = fleet.pid("job#1");
    await fleet.release();
    if (endsMeanwhile) {
      fleet.write("go", "");
      await waitUntil("it has ended", () => !isAlive(pid));
    }
    await fleet.openEngine();
    fleet.write("go", "");
    await fleet.untilPhase("failed", "job#1");
    await fleet.untilPhase("completed", "late#1");
    // Not the SIGTERM that a shell says with the same number.
    expect(fleet.replica("job#1")).toMatchObject({ generation: 1, failure: { kind: "exited", code: 143 } });
    expect(readFileSync(fleet.path("late"), "utf8")).toBe("run\n");
  });

  test("an adopted oneshot that is stopped ends in its own way, and is told so", async () => {
    const fleet = await TestEngine.open(`
services: {job: {dir: ., oneshot: true, run: "trap 'exit 5' TERM; echo started; while :; do sleep 0.02; done", ready: {log: started}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "job#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "job#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "job#1");
    expect(fleet.eventsOf("replicaExited").at(-1)).toMatchObject({ unit: "job#1", status: { kind: "code", code: 5 } });
  });

  test("a log file of a generation that nobody recorded is not written to by another run", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    await fleet.release();
    fleet.write(".orchestra/logs/api/1/7.log", "what was said before the daemon died\n");
    await fleet.openEngine();
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1").generation).toBe(8);
    expect(readFileSync(fleet.path(".orchestra/logs/api/1/7.log"), "utf8")).toBe(
      "what was said before the daemon died\n",
    );
  });

  test("a process that has taken the pid of one that ended is not touched", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${steady}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const pid = fleet.pid("api#1");
    await fleet.release();
    await killAll([pid]);
    // As if the pid, in use by this very test, had been the replica's.
    const state = fleet.path(".orchestra/state.json");
    writeFileSync(state, readFileSync(state, "utf8").replaceAll(`"pid":${pid}`, `"pid":${process.pid}`));
    await fleet.openEngine();
    await fleet.untilGeneration("api#1", 2);
    expect(isAlive(process.pid)).toBe(true);
  });
});
