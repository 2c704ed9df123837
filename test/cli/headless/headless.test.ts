import { describe, expect, test } from "vitest";
import type { Cause } from "../../../src/model/cause.ts";
import type { Failure } from "../../../src/model/failure.ts";
import { replicaId } from "../../../src/model/ids.ts";
import { sampleInspection, sampleLine, sampleService } from "../../helpers/fleet-samples.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import type { CliWorld } from "../cli-world.ts";
import { idleService, makeReady, obedientWorld } from "./obedient-world.ts";

const cause: Cause = { kind: "user", verb: "start", origin: "headless" };
const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };

const kinds = (world: CliWorld): string[] => world.client.commands.map((c) => c.command.kind);

describe("a headless run", () => {
  test("runs until it is told to end, then stops what it started: a ready fleet ends with 0", async () => {
    const world = obedientWorld([idleService("api"), sampleService("db")]);
    const code = world.run("--headless");
    await world.untilSent(1);
    expect(world.client.commands[0]).toMatchObject({ origin: "headless", callerEnv: { HOME: "/home/you" } });
    expect(world.client.commands[0]?.lease).toEqual(expect.any(String));
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.interrupt("SIGTERM");
    expect(await code).toBe(0);
    expect(kinds(world)).toEqual(["start", "stop"]);
    // The database ran before, so it goes on.
    expect(world.client.commands[1]?.command).toMatchObject({ select: { names: ["api"] } });
    expect(world.stdout.replace(/after [\d.]+m?s/, "after Nms")).toBe(
      "api#1 ── starting (start)\napi#1 ── ready after Nms (start)\napi#1 ── stopped (stop)\n",
    );
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s before it is ready ends with %i, with everything stopped", async (signal, expected) => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless");
    await world.untilSent(1);
    world.interrupt(signal);
    expect(await code).toBe(expected);
    expect(kinds(world)).toEqual(["start", "stop"]);
  });

  test("an interrupt that a wrapper passes on once more does not kill", async () => {
    const world = obedientWorld([idleService("api")]);
    const obey = world.client.reply;
    world.client.reply = (request) => (request.command.kind === "stop" ? world.accepted(["api#1"]) : obey(request));
    const code = world.run("--headless");
    await world.untilSent(1);
    world.interrupt();
    await world.untilSent(2);
    world.interrupt("SIGINT", { isEcho: true });
    world.change("api#1", { state: { phase: "stopped" } });
    expect(await code).toBe(130);
    expect(kinds(world)).toEqual(["start", "stop"]);
  });

  test("a second interrupt kills", async () => {
    const world = obedientWorld([idleService("api")]);
    const obey = world.client.reply;
    world.client.reply = (request) => {
      if (request.command.kind === "stop") {
        world.change("api#1", {
          state: { phase: "stopping", pid: 7, exit: null, killAt: Date.now() + 60_000, next: "rest" },
        });
        return world.accepted(["api#1"]);
      }
      if (request.command.kind === "kill") world.change("api#1", { state: { phase: "stopped" } });
      return obey(request);
    };
    const code = world.run("--headless");
    await world.untilSent(1);
    world.interrupt();
    await world.untilSent(2);
    await world.untilStdout("stopping");
    world.interrupt();
    expect(await code).toBe(130);
    expect(kinds(world)).toEqual(["start", "stop", "kill"]);
  });

  test("what fails for good before all is ready ends the run at once, with 1 and a report", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")]);
    world.client.log(sampleLine("api#1", "cannot open the database"));
    const code = world.run("--headless");
    await world.untilSent(1);
    world.change("api#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    expect(await code).toBe(1);
    expect(world.stderr).toContain(
      "api#1 failed: exit 1\n    │ cannot open the database\n  it ended before it was ready\n  see all of it: orchestra logs api#1\n",
    );
    expect(kinds(world)).toEqual(["start", "stop"]);
  });

  test("--timeout bounds the start: 124, what was waited for, and everything stopped", async () => {
    const world = obedientWorld([idleService("api")]);
    expect(await world.run("--headless", "--timeout", "30ms")).toBe(124);
    expect(world.stderr).toMatch(/timed out after \S+, still waiting for\n {2}api#1 starting\n/);
    expect(kinds(world)).toEqual(["start", "stop"]);
  });

  test("a limit that is reached shows the last lines of what is late, and which probe it is about", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")]);
    world.client.log(sampleLine("api#1", `connecting … ${"x".repeat(3000)}`));
    world.client.inspections.set(
      "api#1",
      sampleInspection("api#1", {
        probes: [{ role: "ready", probe: "GET /healthz on port 8082", passing: false, detail: "503", at: 1 }],
      }),
    );
    const code = world.run("--headless", "--timeout", "400ms");
    await world.untilSent(1);
    makeReady(world, "web");
    expect(await code).toBe(124);
    expect(world.stderr).toMatch(
      /still waiting for\n {2}api#1 starting\n\napi#1 starting\n {4}│ connecting … x{1987} … 1013 more characters\n {2}its readiness probe GET \/healthz on port 8082 says: 503\n/,
    );
  });

  test("--until ready leaves it running, without the lease", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless", "--until", "ready");
    await world.untilSent(1);
    makeReady(world, "api");
    expect(await code).toBe(0);
    expect(kinds(world)).toEqual(["start", "start"]);
    expect(world.client.commands[1]).toMatchObject({ lease: null, callerEnv: null });
  });

  test("--then runs the command once all is ready, and passes its exit code on", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless", "--then", 'test "$HOME" = /home/you && exit 7');
    await world.untilSent(1);
    expect(kinds(world)).toEqual(["start"]);
    makeReady(world, "api");
    expect(await code).toBe(7);
    expect(kinds(world)).toEqual(["start", "stop"]);
  });

  test("--then is told of an interrupt, and what it ends with counts", async () => {
    const world = obedientWorld([idleService("api")]);
    const file = `${world.root}/started`;
    const code = world.run("--headless", "--then", `trap 'exit 9' TERM; touch ${file}; while :; do sleep 0.05; done`);
    await world.untilSent(1);
    makeReady(world, "api");
    const { existsSync } = await import("node:fs");
    await waitUntil("the command runs", () => existsSync(file));
    world.interrupt("SIGTERM");
    expect(await code).toBe(9);
  });

  test("--then is not run where the start failed", async () => {
    const world = obedientWorld([idleService("api")]);
    const file = `${world.root}/started`;
    const code = world.run("--headless", "--then", `touch ${file}`);
    await world.untilSent(1);
    world.change("api#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    expect(await code).toBe(1);
    const { existsSync } = await import("node:fs");
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    [{ kind: "code", code: 0 }, 0],
    [{ kind: "code", code: 5 }, 5],
    [{ kind: "signal", signal: "SIGKILL" }, 137],
  ] as const)(
    "--exit-code-from ends with the service, also before all is ready: %j is %i",
    async (status, expected) => {
      const world = obedientWorld([idleService("api"), idleService("tests")]);
      const code = world.run("--headless", "--exit-code-from", "tests");
      await world.untilSent(1);
      world.client.emit({
        kind: "replicaExited",
        unit: replicaId("api", 1),
        generation: 1,
        status: { kind: "code", code: 99 },
        runMs: 5,
      });
      world.client.emit({ kind: "replicaExited", unit: replicaId("tests", 1), generation: 1, status, runMs: 5 });
      expect(await code).toBe(expected);
      expect(kinds(world)).toEqual(["start", "stop"]);
    },
  );

  test("--exit-code-from an unknown service ends with 2, and nothing is started", async () => {
    const world = obedientWorld([idleService("api")]);
    expect(await world.run("--headless", "--exit-code-from", "apo")).toBe(2);
    expect(world.client.commands).toEqual([]);
  });

  test("a service that fails after all was ready is reported at once; the end is then a 1", async () => {
    const world = obedientWorld([idleService("api"), idleService("web")]);
    const code = world.run("--headless");
    await world.untilSent(1);
    makeReady(world, "api", "web");
    await world.untilStderr("ready after");
    world.change("api#1", { state: { phase: "failed", failure: crashed }, failure: crashed });
    await world.untilStderr("api#1 failed: exit 1");
    expect(kinds(world)).toEqual(["start"]);
    world.interrupt();
    expect(await code).toBe(1);
  });

  test("a fleet of one-shots ends by itself, with 0", async () => {
    const world = obedientWorld([idleService("migrate", { oneshot: true })]);
    const code = world.run("--headless");
    await world.untilSent(1);
    world.change("migrate#1", { state: { phase: "completed" } });
    expect(await code).toBe(0);
    expect(world.stderr).toContain("all of it has ended\n");
  });

  test("what somebody else stops is not waited for", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless");
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.client.emit({ kind: "wantedChanged", service: "api", wanted: "stopped", scale: 1, cause });
    world.change("api#1", { state: { phase: "stopped" } });
    expect(await code).toBe(0);
    expect(kinds(world)).toEqual(["start"]);
  });

  test("logs of what it is about are plain lines without escapes; what was written before is not shown", async () => {
    const world = obedientWorld([idleService("api")]);
    world.client.log(sampleLine("api#1", "from an earlier run"));
    const code = world.run("--headless");
    await world.untilSent(1);
    world.client.log(
      sampleLine("api#1", "\u001b[2J\u001b[31mhello\u001b[0m", { offset: 20 }),
      sampleLine("other#1", "not ours"),
    );
    await world.untilStdout("hello");
    world.interrupt();
    await code;
    expect(world.stdout).toContain("api#1 │ hello\n");
    expect(world.stdout).not.toMatch(/earlier|not ours|\u001b/);
  });

  test("--output json prints each event as it was stamped, and log lines, one object a line", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless", "--output", "json");
    await world.untilSent(1);
    world.client.log(sampleLine("api#1", "hello"));
    await world.untilStdout("hello");
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.interrupt();
    expect(await code).toBe(0);
    const objects = world.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(objects.every((o) => "log" in o || ("revision" in o && "at" in o && "event" in o))).toBe(true);
    expect(objects.filter((o) => "log" in o)).toHaveLength(1);
    expect(objects.flatMap((o) => (o.revision === undefined ? [] : [o.revision]))).toEqual([2, 3, 4, 5, 6]);
  });

  test("a daemon that was killed ends the run with 3, once the next one has stopped what hung on the lease", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("--headless");
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.client.disconnect("the connection to the daemon broke");
    await world.untilStderr("lost the daemon: it has died\n  what this run started is being stopped\n");
    const { state } = world.client;
    world.client.replace({ ...state, revision: 1, daemon: { ...state.daemon, pid: state.daemon.pid + 1 } });
    expect(await code).toBe(3);
    expect(kinds(world)).toEqual(["start", "stop"]);
    expect(world.stderr).toContain("stopped api in");
    expect(world.startedDaemons).toBe(0);
  });

  test("where nobody has started a daemon after one that was killed, the run does", async () => {
    const world = obedientWorld([idleService("api")]);
    const { ensure } = world.context.daemons;
    world.context.daemons.ensure = async (root) => {
      const { state } = world.client;
      world.client.replace({ ...state, revision: 1, daemon: { ...state.daemon, pid: state.daemon.pid + 1 } });
      return await ensure(root);
    };
    const code = world.run("--headless");
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.hasDaemon = false;
    world.client.disconnect("the connection to the daemon broke");
    expect(await code).toBe(3);
    expect(world.startedDaemons).toBe(1);
    expect(world.stderr).toContain("stopped api in");
  });

  test("a daemon that takes its leave and does not come back ends the run with 3", async () => {
    const world = obedientWorld([idleService("api")]);
    let fire: (() => void) | null = null;
    const { clock } = world.context;
    world.context.clock = {
      now: clock.now,
      after: (ms, fn) => {
        // The limit for a daemon that is out of reach.
        if (ms !== 10_000) return clock.after(ms, fn);
        fire = fn;
        return () => {};
      },
    };
    const code = world.run("--headless");
    await world.untilSent(1);
    makeReady(world, "api");
    await world.untilStderr("ready after");
    world.client.disconnect("the daemon is being replaced");
    await waitUntil("the limit runs", () => fire !== null);
    (fire as (() => void) | null)?.();
    expect(await code).toBe(3);
    expect(world.stderr).toContain("lost the daemon: the daemon is being replaced\n");
  });

  test("CI means headless, unless it says no", async () => {
    const world = obedientWorld([idleService("api")]);
    world.context.env.CI = "true";
    const code = world.run();
    await world.untilSent(1);
    world.interrupt();
    expect(await code).toBe(130);
    const other = obedientWorld([idleService("api")]);
    other.context.env.CI = "false";
    expect(await other.run()).toBe(0);
    expect(other.client.commands).toEqual([]);
  });
});

describe("start --attach", () => {
  test("shows the logs of what it starts and stops that on Ctrl-C", async () => {
    const world = obedientWorld([idleService("api")]);
    const code = world.run("start", "--attach");
    await world.untilSent(1);
    expect(world.client.commands[0]).toMatchObject({ origin: "cli", command: { kind: "start", noDeps: false } });
    makeReady(world, "api");
    world.client.log(sampleLine("api#1", "hello"));
    await world.untilStdout("api#1 │ hello");
    await world.untilStderr("ready after");
    world.interrupt();
    expect(await code).toBe(0);
    expect(kinds(world)).toEqual(["start", "stop"]);
  });
});
