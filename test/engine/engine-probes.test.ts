import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../helpers/free-port.ts";
import { programCommand } from "../helpers/processes.ts";
import { program, TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";

/** An HTTP server that answers with the status that stands in the file `status` of its folder. */
const answers = `
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
process.on("SIGTERM", () => process.exit(0));
createServer((_, response) => {
  response.statusCode = Number(readFileSync("status", "utf8"));
  response.end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`;

describe("ready means", () => {
  test("http: the status is good, and unready again when it is not", async () => {
    const fleet = await TestEngine.open(
      `
services:
  api:
    dir: .
    run: ${process.execPath} answers.mjs
    port: auto
    ready: {http: /healthz, interval: 50ms, failure_threshold: 2}
`,
      { "answers.mjs": answers, status: "503" },
    );
    await fleet.start();
    await fleet.until("the probe says why", () => {
      const { failure } = fleet.replica("api#1");
      return failure?.kind === "probe-failed" && failure.detail.includes("503");
    });
    expect(fleet.phase("api#1")).toBe("starting");
    fleet.write("status", "200");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1").failure).toBeNull();
    fleet.write("status", "500");
    await fleet.untilPhase("unready", "api#1");
    const { state } = fleet.replica("api#1");
    expect(state).toMatchObject({ failure: { kind: "probe-failed", detail: expect.stringContaining("500") } });
    fleet.write("status", "204");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "unready", "ready"]);
    expect(fleet.replica("api#1").generation).toBe(1);
  });

  test("tcp: the port takes connections", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("binds-late.mjs")}, port: auto, env: {LATE_MS: "300"}, ready: {tcp: true}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await waitUntil("it says so itself", () => fleet.output("api#1").includes("listening on"));
  });

  test("exec: the command ends with 0", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("never-binds.sh")}, ready: {exec: test -e up, interval: 50ms, failure_threshold: 1}}}
`);
    await fleet.start();
    await fleet.until("the probe says why", () => fleet.replica("api#1").failure?.kind === "probe-failed");
    expect(fleet.phase("api#1")).toBe("starting");
    fleet.write("up", "");
    await fleet.untilPhase("ready", "api#1");
    rmSync(fleet.path("up"));
    await fleet.untilPhase("unready", "api#1");
  });

  test("log: the line was printed, in this generation", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: sh serve.sh, ready: {log: "systems? go"}}}`, {
      "serve.sh": "while [ ! -e up ]; do sleep 0.05; done\necho all systems go\nexec sleep 1000\n",
    });
    await fleet.start();
    await fleet.untilForked("api#1");
    fleet.write("up", "");
    await fleet.untilPhase("ready", "api#1");
    rmSync(fleet.path("up"));
    await fleet.restart();
    await fleet.untilForked("api#1", 2);
    fleet.write("up", "");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.output("api#1").match(/all systems go/g)).toHaveLength(2);
  });

  test("log: never for a pattern that takes too long for a line, which is said, and everything else goes on", async () => {
    const long = "a".repeat(10_000);
    const fleet = await TestEngine.open(
      `
services:
  api: {dir: ., run: sh serve.sh, ready: {log: "(a+)+$"}}
  web: {dir: ., run: ${program("never-binds.sh")}, ready: {log: started}}
`,
      { "serve.sh": `echo ${long}!\nexec sleep 1000\n` },
    );
    await fleet.start("api");
    await fleet.until("the probe says why", () => fleet.replica("api#1").failure?.kind === "probe-failed");
    expect(fleet.replica("api#1").failure?.message).toContain("this pattern takes too long");
    expect(fleet.phase("api#1")).toBe("starting");
    await fleet.start("web");
    await fleet.untilPhase("ready", "web#1");
  });

  test("without a probe: its port is listened on, and not before", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("binds-late.mjs")}, port: auto, env: {LATE_MS: "1300"}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const changes = fleet.events.flatMap(({ at, event }) =>
      event.kind === "replicaChanged" ? [{ at, ...event }] : [],
    );
    const startedAt = changes.find((e) => e.replica.state.phase === "starting")?.at ?? 0;
    const readyAt = changes.find((e) => e.replica.state.phase === "ready")?.at ?? 0;
    expect(readyAt - startedAt).toBeGreaterThanOrEqual(1300);
  });

  test("without a probe and a port: alive for a second", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., run: ${program("never-binds.sh")}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const changes = fleet.events.flatMap(({ at, event }) =>
      event.kind === "replicaChanged" ? [{ at, ...event }] : [],
    );
    const startedAt = changes.find((e) => e.replica.state.phase === "starting")?.at ?? 0;
    const readyAt = changes.find((e) => e.replica.state.phase === "ready")?.at ?? 0;
    expect(readyAt - startedAt).toBeGreaterThanOrEqual(999);
  });

  test("a listener in a child process counts", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., run: ${program("child-holds-the-port.mjs")}, port: auto, ready: {http: /healthz}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.processes()).toHaveLength(2);
  });

  test.each([
    ["a probe", ", ready: {http: /healthz, interval: 50ms, failure_threshold: 1}"],
    ["none", ""],
  ])("an answer from somebody else's process is not enough, with %s", async (_, ready) => {
    const port = await freePort();
    const late = `while [ ! -e bind ]; do sleep 0.02; done\nexec ${program("binds-late.mjs")}\n`;
    const fleet = await TestEngine.open(
      `services: {api: {dir: ., run: sh late.sh, env: {LATE_MS: "0"}, port: ${port}${ready}}}`,
      { "late.sh": late },
    );
    await fleet.start();
    await fleet.untilForked("api#1");
    const { file, args } = programCommand("listens.mjs");
    const env = { PATH: dirname(process.execPath), PORT: String(port), TEST_FLEET: fleet.root };
    const foreign = spawn(file, args, { env, stdio: "ignore" });
    const ended = new Promise((resolve) => foreign.once("exit", resolve));
    onTestFinished(() => {
      foreign.kill("SIGKILL");
    });
    await fleet.until("it is told who has the port", () => {
      const { failure } = fleet.replica("api#1");
      return failure?.kind === "probe-failed";
    });
    expect(fleet.phase("api#1")).toBe("starting");
    fleet.write("bind", "");
    foreign.kill("SIGTERM");
    await ended;
    await fleet.untilPhase("ready", "api#1");
    await waitUntil("it says so itself", () => fleet.output("api#1").includes("listening on"));
  });
});
