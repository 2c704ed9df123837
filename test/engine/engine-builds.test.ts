import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { readProcLink } from "../../src/engine/process/identity.ts";
import { isAlive } from "../helpers/processes.ts";
import { describeWith } from "../helpers/require.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const steady = `run: ${program("never-binds.sh")}, ready: {log: started}`;
const select = (...names: string[]): { names: string[]; except: string[] } => ({ names, except: [] });

function rebuild(fleet: TestEngine, ...names: string[]): Promise<unknown> {
  return fleet.send({ kind: "rebuild", select: select(...names) });
}

describe("a service with a build command", () => {
  const config = (build: string): string => `services: {api: {dir: ., build: ${build}, ${steady}}}`;

  test("is built, then started; a start of what runs does not build again", async () => {
    const fleet = await TestEngine.open(config("echo built >> builds"));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.trail("api#1")).toEqual(["waiting", "starting", "ready"]);
    expect(fleet.service("api").build.status).toBe("ok");
    await fleet.start();
    await fleet.start("api");
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
    expect(readFileSync(fleet.path("builds"), "utf8")).toBe("built\n");
  });

  test("that does not build is failed with the output; once mended it runs", async () => {
    const fleet = await TestEngine.open(config('sh -c "cat source"'));
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
    const { failure } = fleet.replica("api#1");
    expect(failure).toMatchObject({
      kind: "build-failed",
      exitCode: 1,
      command: expect.stringContaining("cat source"),
    });
    expect(failure?.kind === "build-failed" ? failure.output.join() : "").toContain("No such file");
    expect(fleet.replica("api#1").generation).toBe(0);
    fleet.write("source", "");
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.service("api").build).toMatchObject({ status: "ok", failure: null });
  });

  test("a failing build leaves what runs alone, and a crash after it too", async () => {
    const fleet = await TestEngine.open(config("test ! -e broken"));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("broken", "");
    await rebuild(fleet, "api");
    await fleet.until("the build failed", () => fleet.service("api").build.status === "failed");
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "ready" }, failure: null });
    process.kill(fleet.pid("api#1"), "SIGKILL");
    await fleet.untilGeneration("api#1", 2);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    await fleet.start();
    await fleet.untilPhase("failed", "api#1");
  });

  test("a restart after a failed build builds first, and leaves what runs alone where that fails too", async () => {
    const fleet = await TestEngine.open(config("test ! -e broken"));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("broken", "");
    const failures = (): number => fleet.eventsOf("buildChanged").filter((e) => e.build.status === "failed").length;
    await rebuild(fleet, "api");
    await fleet.until("the build failed", () => failures() === 1);
    await fleet.restart("api");
    await fleet.until("the build failed again", () => failures() === 2);
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "ready" } });
    rmSync(fleet.path("broken"));
    await fleet.restart("api");
    await fleet.untilGeneration("api#1", 2);
  });

  test("a rebuild replaces it once it is built, and only then", async () => {
    const fleet = await TestEngine.open(config('"while [ -e wait ]; do sleep 0.02; done"'));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("wait", "");
    await rebuild(fleet, "api");
    await fleet.until("it is being built", () => fleet.service("api").build.status === "building");
    expect(fleet.phase("api#1")).toBe("ready");
    rmSync(fleet.path("wait"));
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.history("stopping").at(-1)).toBe("stopping api#1");
  });

  test("a stop during the build ends the build, and nothing starts", async () => {
    const fleet = await TestEngine.open(config("sh -c 'echo begun > begun; exec sleep 1000'"));
    await fleet.start();
    await waitUntil("the build runs", () => existsSync(fleet.path("begun")));
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    await fleet.until("the build is over", () => fleet.service("api").build.status === "none");
    expect(fleet.replica("api#1").generation).toBe(0);
  });

  test("a stop during a rebuild is the last word", async () => {
    const fleet = await TestEngine.open(config('"while [ -e wait ]; do sleep 0.02; done"'));
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    fleet.write("wait", "");
    await rebuild(fleet, "api");
    await fleet.until("it is being built", () => fleet.service("api").build.status === "building");
    await fleet.stop();
    rmSync(fleet.path("wait"));
    await fleet.untilPhase("stopped", "api#1");
    await fleet.until("the build is over", () => fleet.service("api").build.status === "ok");
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, state: { phase: "stopped" } });
  });

  // web → db
  test("is built while what it depends on is starting", async () => {
    const fleet = await TestEngine.open(`
services:
  web: {dir: ., build: "sh -c 'while [ ! -e up ]; do sleep 0.02; done'", ${steady}, depends_on: [db]}
  db: {dir: ., run: ${program("never-binds.sh")}, ready: {exec: test -e up, interval: 50ms}}
`);
    await fleet.start();
    await fleet.until("both are under way", () => {
      return fleet.service("web").build.status === "building" && fleet.phase("db#1") === "starting";
    });
    expect(fleet.replica("web#1").state).toMatchObject({
      phase: "waiting",
      blockers: [
        { kind: "dependency", name: "db" },
        { kind: "build", status: "building" },
      ],
    });
    fleet.write("up", "");
    await fleet.untilPhase("ready", "web#1", "db#1");
  });

  test("taking the fleet down in the middle of a build leaves nothing of it", async () => {
    const fleet = await TestEngine.open(config("sh -c 'echo begun > begun; exec sleep 1000'"));
    await fleet.start();
    await waitUntil("the build runs", () => existsSync(fleet.path("begun")));
    await fleet.down();
  });

  test("what a killed daemon was building is ended before the next one builds", async () => {
    const fleet = await TestEngine.open(config("echo built"));
    await fleet.release();
    const env = { PATH: process.env.PATH ?? "", ORCHESTRA_BUILD: fleet.snapshot.id };
    // Nobody's child any more, and the leader of its group, as a build is whose daemon is gone.
    const line = "setsid sh -c 'echo $$ > left; exec sleep 1000' &";
    spawnSync("/bin/sh", ["-c", line], { cwd: fleet.root, env, stdio: "ignore" });
    const pid = await waitUntil("it runs", () => {
      return existsSync(fleet.path("left")) ? Number(readFileSync(fleet.path("left"))) || null : null;
    });
    // Amid its exec a process shows no environment.
    await waitUntil("it is what it is to be", () => readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("sleep"));
    await fleet.openEngine();
    expect(isAlive(pid)).toBe(false);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
  });
});

describeWith("go", "a Go service", () => {
  vi.setConfig({ testTimeout: 90_000 });
  const limitMs = 60_000;
  const main = (word: string): string =>
    `package main\n\nimport "time"\n\nfunc main() {\n\tprintln("${word}")\n\ttime.Sleep(time.Hour)\n}\n`;
  const module = { "app/go.mod": "module example.com/app\n\ngo 1.19\n" };
  const ready = async (fleet: TestEngine, ...units: string[]): Promise<void> => {
    await fleet.until("all ready", () => units.every((unit) => fleet.phase(unit) === "ready"), limitMs);
  };

  test("that does not compile is failed with the compiler's words; once mended it runs", async () => {
    const files = {
      ...module,
      "app/service.yml": "ready: {log: up}\n",
      "app/main.go": main("up").replace("time.Hour", "tiem"),
    };
    const fleet = await TestEngine.open("", files);
    await fleet.start();
    await fleet.until("it failed", () => fleet.phase("app#1") === "failed", limitMs);
    const { failure } = fleet.replica("app#1");
    expect(failure).toMatchObject({ kind: "build-failed" });
    expect(failure?.kind === "build-failed" ? failure.output.join("\n") : "").toContain("undefined: tiem");
    fleet.write("app/main.go", main("up"));
    await fleet.start();
    await ready(fleet, "app#1");
    expect(fleet.replica("app#1").failure).toBeNull();
  });

  test("shares its build with another service of the same package", async () => {
    const files = { ...module, "app/main.go": main("up") };
    const fleet = await TestEngine.open(
      "services:\n  a: {dir: app, ready: {log: up}}\n  b: {dir: app, ready: {log: up}, scale: 2}\n",
      files,
    );
    await fleet.start();
    await ready(fleet, "a#1", "b#1", "b#2");
    const programs = ["a#1", "b#1", "b#2"].map((unit) => readProcLink(fleet.pid(unit), "exe"));
    expect(new Set(programs).size).toBe(1);
    const folders = readdirSync(fleet.path(".orchestra/bin"), { withFileTypes: true }).filter((e) => e.isDirectory());
    expect(folders).toHaveLength(1);
    expect(readdirSync(fleet.path(`.orchestra/bin/${folders[0]?.name}`))).toHaveLength(1);
  });

  test("goes on with its old binary where a rebuild fails and it then crashes, and with the new one once mended", async () => {
    const files = { ...module, "app/service.yml": "ready: {log: up}\n", "app/main.go": main("up one") };
    const fleet = await TestEngine.open("", files);
    await fleet.start();
    await ready(fleet, "app#1");
    fleet.write("app/main.go", "package main\n\nfunc main() { broken }\n");
    await rebuild(fleet, "app");
    await fleet.until("the build failed", () => fleet.service("app").build.status === "failed", limitMs);
    process.kill(fleet.pid("app#1"), "SIGKILL");
    await fleet.untilGeneration("app#1", 2);
    fleet.write("app/main.go", main("up two"));
    await rebuild(fleet, "app");
    await fleet.until(
      "the new one runs",
      () => fleet.phase("app#1") === "ready" && fleet.replica("app#1").generation === 3,
      limitMs,
    );
    expect(fleet.output("app#1")).toBe("up one\nup one\nup two\n");
  });

  test("is adopted with its binary, and restarted from it", async () => {
    const files = { ...module, "app/service.yml": "ready: {log: up}\n", "app/main.go": main("up") };
    const fleet = await TestEngine.open("", files);
    await fleet.start();
    await ready(fleet, "app#1");
    const pid = fleet.pid("app#1");
    const binary = readProcLink(pid, "exe");
    await fleet.release();
    await fleet.openEngine();
    await ready(fleet, "app#1");
    expect(fleet.pid("app#1")).toBe(pid);
    process.kill(pid, "SIGKILL");
    await fleet.untilGeneration("app#1", 2);
    expect(readProcLink(fleet.pid("app#1"), "exe")).toBe(binary);
  });
});
