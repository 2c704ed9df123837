import { describe, expect, test } from "vitest";
import type { Failure } from "../../src/model/failure.ts";
import type { UnitState } from "../../src/model/replica.ts";
import { sampleFleet, sampleLine, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { CliWorld } from "./cli-world.ts";

const stopped: UnitState = { phase: "stopped" };
const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };

function fleetOf(...states: [name: string, state: UnitState][]): ReturnType<typeof sampleFleet> {
  return sampleFleet(
    states.map(([name, state]) =>
      sampleService(name, {
        wanted: state.phase === "stopped" ? "stopped" : "running",
        replicas: [sampleReplica(name, 1, { state, generation: state.phase === "stopped" ? 0 : 1 })],
      }),
    ),
  );
}

describe("the command line itself", () => {
  test("an unknown verb is guessed, and ends with 2", async () => {
    const world = new CliWorld(fleetOf());
    expect(await world.run("strat")).toBe(2);
    expect(world.stderr).toBe('there is no verb "strat"\n  did you mean "orchestra start"?\n');
  });

  test("an unknown option ends with 2 and says which is meant", async () => {
    const world = new CliWorld(fleetOf());
    expect(await world.run("start", "--atach")).toBe(2);
    expect(world.stderr).toBe("unknown option '--atach'\n(Did you mean --attach?)\n");
  });

  test("every verb's help has an example, and help goes to standard output", async () => {
    for (const verb of [
      "start",
      "stop",
      "kill",
      "restart",
      "build",
      "rebuild",
      "rerun",
      "pause",
      "resume",
      "scale",
      "down",
      "wait",
      "ps",
      "logs",
      "env",
      "check",
      "daemon",
    ]) {
      const world = new CliWorld(fleetOf());
      expect(await world.run(verb, "--help")).toBe(0);
      expect(world.stdout).toMatch(
        new RegExp(`^Usage: orchestra ${verb}[\\s\\S]*Examples?:\n {2}\\$ orchestra ${verb}`),
      );
      expect(world.stderr).toBe("");
    }
  });

  test("`help start` is `start --help`", async () => {
    const [a, b] = [new CliWorld(fleetOf()), new CliWorld(fleetOf())];
    await a.run("help", "start");
    await b.run("start", "--help");
    expect(a.stdout).toBe(b.stdout);
  });

  test.each([
    [["start", "--wait-timeout", "60"], "a duration is written 300ms, 10s, 5m or 2h."],
    [["start", "-e", "no-value"], "a variable is written NAME=value."],
    [["logs", "-n", "-3"], "it takes a whole number."],
    [["logs", "--since", "yesterday"], "--since takes a duration (10m) or a time (2026-01-31T12:00)"],
    [["logs", "--grep", "("], '--grep: "(" is no regular expression'],
    [["logs", "--run", "3"], "--run takes the run of one replica: orchestra logs api#1 --run 3"],
    [["start", "--attach", "--json"], "--attach goes with neither --json nor --no-wait"],
    [["scale", "api"], '"api" says no scale'],
    [["wait", "api=redy"], '"redy" is nothing to wait for'],
    [["--then", "true"], "--then goes with --headless"],
    [["--headless", "--then", "true", "--until", "ready"], "only one of --until, --then and --exit-code-from"],
    [["--headless", "--until", "done"], "Allowed choices are ready."],
  ])("%j ends with 2", async (args, message) => {
    const world = new CliWorld(fleetOf());
    expect(await world.run(...args)).toBe(2);
    expect(world.stderr).toContain(message);
    expect(world.client.commands).toEqual([]);
  });
});

describe("start", () => {
  test("sends the names, overrides and the caller's environment, and waits until all is ready", async () => {
    const world = new CliWorld(fleetOf(["api", stopped], ["web", stopped]));
    const cause = { kind: "user", verb: "start", origin: "cli" } as const;
    world.client.reply = () => {
      for (const service of ["api", "web"]) {
        world.client.emit({ kind: "wantedChanged", service, wanted: "running", scale: 1, cause });
      }
      return world.accepted(["api#1", "web#1"]);
    };
    const code = world.run("start", "api", "web", "~db", "--except", "x,y", "-e", "A=1", "-e", "B=x=y", "--no-deps");
    await world.untilSent(1);
    expect(world.client.commands[0]).toMatchObject({
      command: {
        kind: "start",
        select: { names: ["api", "web"], except: ["db", "x", "y"] },
        noDeps: true,
        overrides: { A: "1", B: "x=y" },
      },
      origin: "cli",
      callerEnv: { HOME: "/home/you" },
      lease: null,
    });
    world.change("api#1", { state: { phase: "starting", pid: 7 }, generation: 1 });
    world.change("web#1", {
      state: { phase: "waiting", blockers: [{ kind: "dependency", name: "api", condition: "ready", now: "starting" }] },
    });
    world.change("api#1", { state: { phase: "ready", pid: 7 } });
    world.change("web#1", {
      state: { phase: "starting", pid: 8 },
      cause: { kind: "dependency", name: "api", what: "ready" },
    });
    world.change("web#1", { state: { phase: "ready", pid: 8 } });
    expect(await code).toBe(0);
    expect(world.stderr.replace(/after [\d.]+m?s/g, "after Nms")).toBe(
      [
        "api#1  starting (start)",
        "web#1  waiting for api to be ready (start)",
        "api#1  ready after Nms (start)",
        "web#1  starting (api ready)",
        "web#1  ready after Nms (api ready)",
        "ready after Nms: api and web",
        "",
      ].join("\n"),
    );
    expect(world.stdout).toBe("");
  });

  test("what runs already is said, with 0", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.accept("api#1");
    expect(await world.run("start")).toBe(0);
    expect(world.stderr).toBe("already running: api\n");
  });

  test("what failed for good is told with its last lines and the next step, and ends with 1", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "starting", pid: 7 }], ["web", { phase: "ready", pid: 8 }]));
    world.accept("api#1", "web#1");
    world.client.log(
      sampleLine("api#1", "listening on 8080"),
      sampleLine("api#1", "\u001b[2Jpanic: \u001b[31mno database\u001b[0m"),
    );
    const code = world.run("start");
    await world.untilSent(1);
    const failure: Failure = {
      kind: "gave-up",
      failures: 10,
      last: crashed,
      message: "gave up: it failed 10 times without a stable spell; last: exit 1",
    };
    world.change("api#1", { state: { phase: "failed", failure }, failure });
    expect(await code).toBe(1);
    expect(world.stderr).toContain(
      [
        "api#1 failed: gave up: it failed 10 times without a stable spell; last: exit 1",
        "    │ listening on 8080",
        "    │ panic: no database",
        "  see all of it: orchestra logs api#1",
        "",
      ].join("\n"),
    );
  });

  test("a failed build shows the compiler's words once, whatever the scale", async () => {
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: ["./main.go:7:2: undefined: x"],
      message: "go build failed with exit 1",
    };
    const replicas = [1, 2].map((index) =>
      sampleReplica("api", index, { state: { phase: "failed", failure }, failure }),
    );
    const world = new CliWorld(sampleFleet([sampleService("api", { replicas })]));
    world.accept("api#1", "api#2");
    expect(await world.run("start")).toBe(1);
    expect(world.stderr.match(/undefined: x/g)).toHaveLength(1);
  });

  test("a limit that is reached ends with 124 and names what was waited for", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "starting", pid: 7 }]));
    world.accept("api#1");
    world.change("api#1", {
      failure: { kind: "probe-failed", probe: "http /healthz", detail: "503", message: "http /healthz: 503" },
    });
    expect(await world.run("start", "--wait-timeout", "20ms")).toBe(124);
    expect(world.stderr).toMatch(
      /timed out after \S+, still waiting for\n {2}api#1 starting \(so far: http \/healthz: 503\)\n$/,
    );
  });

  test("an interrupt ends the wait and not the start, with 130 or 143", async () => {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const world = new CliWorld(fleetOf(["api", { phase: "starting", pid: 7 }]));
      world.accept("api#1");
      const code = world.run("start");
      await world.untilSent(1);
      world.interrupt(signal);
      expect(await code).toBe(expected);
      expect(world.stderr).toContain("interrupted; the start goes on; to stop it: orchestra stop\n");
      expect(world.client.commands).toHaveLength(1);
    }
  });

  test("--json prints the outcome in the shape of ps, and nothing else, to standard output", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }], ["web", { phase: "ready", pid: 8 }]));
    world.accept("api#1");
    expect(await world.run("start", "api", "--json")).toBe(0);
    expect(JSON.parse(world.stdout)).toMatchObject({
      outcome: "done",
      services: [{ name: "api" }],
      failed: [],
      waitingFor: [],
      notes: [],
    });
  });

  test("the output of hooks is shown, of this command's hooks alone; a failing one ends with 1", async () => {
    const world = new CliWorld(fleetOf(["api", stopped]));
    world.client.reply = ({ commandId }) => {
      world.client.emit({ kind: "hookOutput", commandId, hook: "go generate", text: "generating\n" });
      world.client.emit({ kind: "hookOutput", commandId: "another", hook: "x", text: "not ours\n" });
      return {
        ok: false,
        error: {
          kind: "hook-failed",
          message: 'hook "go generate" failed with exit 3',
          hook: "go generate",
          exitCode: 3,
        },
      };
    };
    expect(await world.run("start")).toBe(1);
    expect(world.stderr).toBe('generating\nhook "go generate" failed with exit 3\n');
  });

  test("hooks that follow are waited for, and their failure ends with 1", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.client.reply = () => world.accepted(["api#1"], { hooksFollow: true });
    const code = world.run("start");
    await world.untilSent(1);
    const { commandId } = world.client.commands[0] ?? { commandId: "" };
    world.client.emit({ kind: "hookOutput", commandId, hook: "say up", text: "up" });
    world.client.emit({
      kind: "commandFinished",
      commandId,
      error: { kind: "hook-failed", message: 'hook "say up" failed with exit 1', hook: "say up", exitCode: 1 },
    });
    expect(await code).toBe(1);
    expect(world.stderr).toBe('up\nhook "say up" failed with exit 1\n');
  });

  test("a name that nobody bears ends with 2 and a suggestion", async () => {
    const world = new CliWorld(fleetOf(["api", stopped]));
    world.client.reply = () => ({
      ok: false,
      error: { kind: "unknown-name", message: 'there is no service "apo"', suggestion: "api" },
    });
    expect(await world.run("start", "apo")).toBe(2);
    expect(world.stderr).toBe('there is no service "apo"\n  did you mean "api"?\n');
  });

  test("a daemon is started where none runs", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]), { hasDaemon: false });
    world.accept("api#1");
    expect(await world.run("start")).toBe(0);
    expect(world.startedDaemons).toBe(1);
  });

  test("no daemon is started for a config with mistakes, which are all printed, with 2", async () => {
    const files = { "orchestra.yml": "evn: {}\n", "api/service.yml": "run: ./api\nprot: 80\n" };
    const world = new CliWorld(fleetOf(), { hasDaemon: false, files });
    expect(await world.run("start")).toBe(2);
    expect(world.startedDaemons).toBe(0);
    expect(world.stderr).toContain("orchestra.yml:1:1");
    expect(world.stderr).toContain("api/service.yml:2:1");
  });

  test("no daemon is started where there is nothing to run", async () => {
    const world = new CliWorld(fleetOf(), { hasDaemon: false, files: {} });
    expect(await world.run("start")).toBe(2);
    expect(world.startedDaemons).toBe(0);
    expect(world.stderr).toContain("there is no service in");
    expect(world.stderr).toContain("touch api/service.yml");
  });
});

describe("stop, kill and down", () => {
  test("stop waits until it is confirmed, and says what it stopped", async () => {
    const world = new CliWorld(
      fleetOf(["api", { phase: "ready", pid: 7 }], ["web", { phase: "failed", failure: crashed }]),
    );
    world.accept("api#1", "web#1");
    const code = world.run("stop");
    await world.untilSent(1);
    world.change("api#1", {
      state: { phase: "stopping", pid: 7, exit: null, killAt: Date.now() + 1000, next: "rest" },
    });
    await world.untilStderr("stopping");
    world.change("api#1", { state: stopped });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/^api#1 {2}stopping \(start\)\napi#1 {2}stopped \(start\)\nstopped api in \S+\n$/);
  });

  test("stopping what does not run says so, with 0", async () => {
    const world = new CliWorld(fleetOf(["api", stopped]));
    world.accept("api#1");
    expect(await world.run("stop", "api")).toBe(0);
    expect(world.stderr).toBe("nothing to stop: nothing of it runs\n");
  });

  test.each(["stop", "kill", "down"])("%s starts no daemon where nothing runs, and ends with 0", async (verb) => {
    const world = new CliWorld(fleetOf(), { hasDaemon: false });
    expect(await world.run(verb)).toBe(0);
    expect(world.stderr).toBe(`nothing runs in ${world.root}\n`);
    expect(world.startedDaemons).toBe(0);
  });

  test("what outlived its daemon is taken over by a new one, in order to be stopped", async () => {
    const { readIdentity } = await import("../../src/engine/process/identity.ts");
    const record = {
      ...readIdentity(process.pid),
      unit: "api#1",
      service: "api",
      index: 1,
      generation: 1,
      ports: {},
      startedAt: 0,
      executable: null,
    };
    const state = { version: 1, wanted: {}, units: { "api#1": record }, generations: {}, ports: {}, environments: {} };
    const world = new CliWorld(fleetOf(["api", stopped]), {
      hasDaemon: false,
      files: { ".orchestra/state.json": JSON.stringify(state), "api/service.yml": "" },
    });
    world.accept("api#1");
    expect(await world.run("stop")).toBe(0);
    expect(world.startedDaemons).toBe(1);
  });

  test("a survivor of SIGKILL ends with 1 and is named", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.accept("api#1");
    const code = world.run("kill", "api");
    await world.untilSent(1);
    const failure: Failure = { kind: "stop-incomplete", pids: [7], message: "process 7 outlived SIGKILL" };
    world.change("api#1", { state: { phase: "failed", failure } });
    expect(await code).toBe(1);
    expect(world.stderr).toContain("api#1 failed: process 7 outlived SIGKILL");
  });

  test("down waits until the daemon is gone", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.accept("api#1");
    const code = world.run("down");
    await world.untilSent(1);
    expect(world.client.commands[0]?.command).toEqual({ kind: "down" });
    world.change("api#1", { state: stopped });
    expect(await code).toBe(0);
    expect(world.hasDaemon).toBe(false);
  });
});

describe("restart, rebuild, build and scale", () => {
  test("restart waits for the new generation of what was named, and not of its dependencies", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }], ["db", { phase: "ready", pid: 8 }]));
    world.accept("db#1", "api#1");
    const code = world.run("restart", "api");
    await world.untilSent(1);
    world.change("api#1", { state: { phase: "starting", pid: 9 }, generation: 2 });
    world.change("api#1", { state: { phase: "ready", pid: 9 }, generation: 2 });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/\nrestarted api in \S+\n$/);
  });

  test("a rebuild whose build fails ends with 1, and says that in the compiler's words", async () => {
    const build = { status: "ok", since: 5, lastMs: 40, failure: null } as const;
    const world = new CliWorld(sampleFleet([sampleService("api", { build })]));
    world.accept("api#1");
    const code = world.run("rebuild", "api");
    await world.untilSent(1);
    const cause = { kind: "user", verb: "rebuild", origin: "cli" } as const;
    world.client.emit({
      kind: "buildChanged",
      service: "api",
      build: { ...build, status: "building", since: 10 },
      cause,
    });
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: ["main.go:1: no"],
      message: "go build failed with exit 1",
    };
    world.client.emit({
      kind: "buildChanged",
      service: "api",
      build: { status: "failed", since: 20, lastMs: 40, failure },
      cause,
    });
    expect(await code).toBe(1);
    expect(world.stderr).toContain("api    building (rebuild)\napi    build failed: go build failed with exit 1\n");
    expect(world.stderr.match(/main\.go:1: no/g)).toHaveLength(1);
  });

  test("build waits for each build, and passes over what needs none", async () => {
    const build = { status: "none", since: 5, lastMs: null, failure: null } as const;
    const world = new CliWorld(sampleFleet([sampleService("api", { build }), sampleService("web")]));
    const cause = { kind: "user", verb: "build", origin: "cli" } as const;
    world.client.reply = () => {
      world.client.emit({
        kind: "buildChanged",
        service: "api",
        build: { ...build, status: "queued", since: 8 },
        cause,
      });
      return world.accepted(["api#1", "web#1"]);
    };
    const code = world.run("build");
    await world.untilSent(1);
    world.client.emit({
      kind: "buildChanged",
      service: "api",
      build: { status: "ok", since: 9, lastMs: 1200, failure: null },
      cause,
    });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/built api in \S+\n$/);
  });

  test("scale waits until replicas that came are ready and those that went are gone", async () => {
    const replicas = [1, 2, 3].map((index) => sampleReplica("api", index));
    const world = new CliWorld(sampleFleet([sampleService("api", { replicas })]));
    world.accept("api#1");
    const code = world.run("scale", "api", "-2");
    await world.untilSent(1);
    expect(world.client.commands[0]?.command).toEqual({ kind: "scale", service: "api", change: { by: -2 } });
    world.change("api#3", { state: stopped });
    world.client.emit({ kind: "replicaRemoved", unit: replicas[1]?.id ?? ("" as never) });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/scaled api from 3 to 1 in \S+\n$/);
  });
});

describe("wait", () => {
  test("waits for each condition and changes nothing", async () => {
    const world = new CliWorld(
      fleetOf(["api", { phase: "starting", pid: 7 }], ["migrate", { phase: "starting", pid: 8 }]),
    );
    const code = world.run("wait", "api", "migrate=completed");
    await waitUntil("it listens", () => true);
    world.change("migrate#1", { state: { phase: "completed" } });
    world.change("api#1", { state: { phase: "ready", pid: 7 } });
    expect(await code).toBe(0);
    expect(world.client.commands).toEqual([]);
  });

  test("a limit that is reached ends with 124", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "starting", pid: 7 }]));
    expect(await world.run("wait", "api", "--timeout", "20ms")).toBe(124);
    expect(world.stderr).toBe("timed out after 20ms, still waiting for\n  api#1 starting\n");
  });

  test("what failed for good ends with 1", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "failed", failure: crashed }]));
    expect(await world.run("wait", "api")).toBe(1);
  });

  test("waits for a daemon that somebody else is about to start", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]), { hasDaemon: false });
    const code = world.run("wait", "api");
    await world.untilStderr("waiting for somebody to start it");
    world.hasDaemon = true;
    expect(await code).toBe(0);
    expect(world.startedDaemons).toBe(0);
  });

  test("where nothing runs, everything is stopped", async () => {
    const world = new CliWorld(fleetOf(), { hasDaemon: false });
    expect(await world.run("wait", "api=stopped")).toBe(0);
  });

  test("an unknown name ends with 2 and a suggestion", async () => {
    const world = new CliWorld(fleetOf(["gateway", stopped]));
    expect(await world.run("wait", "gatway")).toBe(2);
    expect(world.stderr).toContain('did you mean "gateway"?');
  });
});

describe("ps", () => {
  test("the table has a row for each replica, and more words for what needs them", async () => {
    const holder = {
      pid: 4711,
      command: "node server.js",
      cwd: "/home/you/other",
      startedAt: Date.now() - 7_200_000,
      unit: null,
    };
    const world = new CliWorld(
      sampleFleet([
        sampleService("gateway", { replicas: [sampleReplica("gateway", 1, { ports: { http: 8080, grpc: 9090 } })] }),
        sampleService("orders", {
          replicas: [
            sampleReplica("orders", 1, {
              state: { phase: "waiting", blockers: [{ kind: "port", port: 8082, holder }] },
              restarts: 6,
            }),
          ],
        }),
        sampleService("idle", { scale: 0, replicas: [] }),
      ]),
    );
    expect(await world.run("ps")).toBe(0);
    expect(world.stdout).toBe(
      [
        "NAME       STATE        PORT     PID   UP  RESTARTS  LAST",
        "gateway#1  ready        8080 +1  4001  4m  0         start",
        "orders#1   waiting      –        –     –   6         start",
        "idle       scaled to 0  –        –     –   –         –",
        "",
        "orders#1 waiting for port 8082, taken by pid 4711 (node server.js, started 2h ago in /home/you/other, not by this fleet)",
        "",
      ].join("\n"),
    );
  });

  test("--json keeps its published shape", async () => {
    const since = Date.UTC(2026, 0, 1);
    const replica = sampleReplica("gateway", 1, { ports: { http: 8080 }, since });
    const world = new CliWorld(sampleFleet([sampleService("gateway", { replicas: [replica] })]));
    expect(await world.run("ps", "--json")).toBe(0);
    expect(JSON.parse(world.stdout)).toEqual({
      fleet: "shop",
      root: world.root,
      daemon: { pid: 99, version: "0.1.0" },
      services: [
        {
          name: "gateway",
          wanted: "running",
          build: { status: "none", failure: null, unchanged: false, tests: null },
          rerun: null,
          scale: { wanted: 1, ready: 1 },
          replicas: [
            {
              id: "gateway#1",
              phase: "ready",
              pid: 4001,
              port: 8080,
              ports: { http: 8080 },
              generation: 1,
              restarts: 0,
              since: "2026-01-01T00:00:00.000Z",
              failure: null,
            },
          ],
        },
      ],
      vendors: [],
    });
  });

  test("without a daemon it says that nothing runs, with 0, and starts none", async () => {
    const world = new CliWorld(fleetOf(), { hasDaemon: false });
    expect(await world.run("ps")).toBe(0);
    expect(world.stderr).toBe(`nothing runs in ${world.root}\n  start it: orchestra start\n`);
    expect(await world.run("ps", "--json")).toBe(0);
    expect(JSON.parse(world.stdout)).toMatchObject({ daemon: null, services: [] });
    expect(world.startedDaemons).toBe(0);
  });

  test("a daemon that ends just then is no error: it is looked again who is there", async () => {
    const replaced = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    replaced.vanishings = 1;
    expect(await replaced.run("ps")).toBe(0);
    expect(replaced.stdout).toContain("api#1");
    const ended = new CliWorld(fleetOf(), { hasDaemon: false });
    ended.vanishings = 2;
    expect(await ended.run("ps")).toBe(0);
    expect(ended.stderr).toContain("nothing runs");
    ended.vanishings = 1;
    expect(await ended.run("logs")).toBe(0);
  });

  test("daemons that never answer are told of in the end", async () => {
    const world = new CliWorld(fleetOf());
    world.vanishings = 1000;
    expect(await world.run("ps")).toBe(3);
    expect(world.stderr).toContain("the daemon ended before it answered");
  });

  test("`orchestra` without a terminal is ps", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    expect(await world.run()).toBe(0);
    expect(world.stdout).toContain("api#1");
    expect(world.client.commands).toEqual([]);
  });
});

describe("logs", () => {
  const lines = [
    sampleLine("api#1", "run 1", { kind: "run" }),
    sampleLine("api#1", "hello"),
    sampleLine("worker#12", "\u001b[31mred\u001b[0m\u001b[2Jcleared", { stream: "err" }),
    sampleLine("api#1", "cut", { cutBytes: 99 }),
  ];

  test("lines carry the padded name of their unit; in a pipe their text is left as it is", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.client.log(...lines);
    expect(await world.run("logs")).toBe(0);
    expect(world.stdout).toBe(
      "api#1 ╵ ── run 1 ──\napi#1 │ hello\nworker#12 ┃ \u001b[31mred\u001b[0m\u001b[2Jcleared\napi#1     │ cut … 99 more bytes\n",
    );
  });

  test("in a terminal no escape sequence of a service gets through", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]), { isTty: true });
    world.client.log(...lines);
    await world.run("logs", "--tail", "2");
    expect(world.stdout).not.toContain("\u001b[2J");
    expect(world.stdout).toContain("redcleared");
    expect(world.stdout).not.toContain("hello");
  });

  test("-f goes on until an interrupt, and prints an unfinished line again only once it is longer", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.client.log(sampleLine("api#1", "old", { offset: 0 }));
    const code = world.run("logs", "-f", "-n", "0");
    await waitUntil("it follows", () => world.client.queries.some((q) => q.waitMs !== undefined));
    world.client.log(sampleLine("api#1", "new", { offset: 4 }));
    await world.untilStdout("new");
    world.interrupt();
    expect(await code).toBe(0);
    expect(world.stdout).toBe("api#1 │ new\n");
  });

  test("filters go to the store, and --json prints one object a line", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    world.client.log(sampleLine("api#1", "hello"));
    const before = Date.now();
    expect(await world.run("logs", "api#1", "--grep", "h.llo", "-i", "--since", "10m", "--run", "3", "--json")).toBe(0);
    expect(world.client.queries[0]).toMatchObject({ units: ["api#1"], grep: "h.llo", ignoreCase: true, generation: 3 });
    expect(before - (world.client.queries[0]?.since ?? 0)).toBeGreaterThan(599_000);
    expect(JSON.parse(world.stdout)).toMatchObject({ log: { unit: "api#1", text: "hello" } });
  });

  test("logs of a replica that was scaled away can still be read; an unknown name ends with 2", async () => {
    const world = new CliWorld(fleetOf(["api", { phase: "ready", pid: 7 }]));
    expect(await world.run("logs", "api#9")).toBe(0);
    expect(await world.run("logs", "nope")).toBe(2);
  });
});

describe("check and env", () => {
  test("check prints every mistake with its place and ends with 2; without one it says so", async () => {
    const broken = new CliWorld(fleetOf(), { files: { "api/service.yml": "run: ./api\nprot: 80\n" } });
    expect(await broken.run("check")).toBe(2);
    expect(broken.stdout).toContain("api/service.yml:2:1");
    expect(broken.stdout).toContain('"port"');
    const good = new CliWorld(fleetOf(), { files: { "api/service.yml": "run: ./api" } });
    expect(await good.run("check")).toBe(0);
    expect(good.stderr).toContain("1 service, no mistake found (api)");
  });

  test("env shows what the config sets, masked, with its origin, and needs no daemon", async () => {
    const files = {
      "orchestra.yml": "env: {LEVEL: debug}\n",
      "api/service.yml": "run: ./api\nport: 8080\nenv: {DB_PASSWORD: geheim, HOME: /elsewhere}\n",
    };
    const world = new CliWorld(fleetOf(), { hasDaemon: false, files });
    expect(await world.run("env", "api", "--origin")).toBe(0);
    expect(world.stdout).toMatch(/api\/service\.yml +DB_PASSWORD=•••\n/);
    expect(world.stdout).toMatch(/api\/service\.yml +HOME=\/elsewhere\n/);
    expect(world.stdout).toMatch(/orchestra\.yml +LEVEL=debug\n/);
    expect(world.stdout).toMatch(/orchestra +PORT=8080\n/);
    expect(world.startedDaemons).toBe(0);
  });

  test("env --reveal --json has everything, with origins", async () => {
    const files = { "api/service.yml": "run: ./api\nenv: {DB_PASSWORD: geheim}\n" };
    const world = new CliWorld(fleetOf(), { hasDaemon: false, files });
    expect(await world.run("env", "--reveal", "--json", "-e", "X=1")).toBe(0);
    expect(JSON.parse(world.stdout).api).toMatchObject({
      DB_PASSWORD: { value: "geheim", origin: "api/service.yml" },
      HOME: { value: "/home/you", origin: "shell" },
      X: { value: "1", origin: "-e" },
    });
  });
});
