import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Failure } from "../../src/model/failure.ts";
import { sampleFleet, sampleLine, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

const crashed: Failure = { kind: "exited", code: 1, message: "exit \u001b[2J1" };

/** gateway waits for db, which crashes; web is well. */
function shop(): CliWorld {
  const blockers = [{ kind: "dependency", name: "db", condition: "ready", now: "backoff" } as const];
  const world = new CliWorld(
    sampleFleet([
      sampleService("gateway", { replicas: [sampleReplica("gateway", 1, { state: { phase: "waiting", blockers } })] }),
      sampleService("db", {
        replicas: [
          sampleReplica("db", 1, {
            state: { phase: "backoff", retryAt: Date.now() + 3_500, failure: crashed },
            generation: 4,
            cause: { kind: "spawn" },
          }),
        ],
      }),
      sampleService("web"),
    ]),
  );
  world.client.log(
    sampleLine("db#1", "connecting", { generation: 4 }),
    sampleLine("db#1", "\u001b[2Jpanic: \u001b[31mno disk\u001b[0m", { generation: 4 }),
  );
  return world;
}

// What is told is how long ago things were, and a loaded machine takes a second for a line.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("why", () => {
  test("without a name tells of all that is not well, each chain once, with the last words of the run that failed", async () => {
    const world = shop();
    expect(await world.run("why")).toBe(0);
    expect(world.stdout.replaceAll(/in [123]\.\ds/g, "in 3s")).toBe(
      [
        "gateway#1 waits (for 4m)",
        "  start was asked for on the command line",
        "  it needs db to be ready, which is backoff",
        "    db#1 is in backoff: it failed too often in a short time (for 4m, starts again in 3s)",
        "      exit 1",
        "        │ connecting",
        "        │ panic: no disk",
        "  next: orchestra logs db#1",
        "",
      ].join("\n"),
    );
    expect(world.stderr).toBe("");
    expect(world.client.queries).toMatchObject([{ units: ["db#1"], generation: 4 }]);
  });

  test("with names tells of these, well or not", async () => {
    const world = shop();
    expect(await world.run("why", "web", "db#1")).toBe(0);
    expect(world.stdout).toMatch(
      /^web#1 is ready \(for 4m\)\n {2}start was asked for on the command line\n\ndb#1 is in backoff/,
    );
  });

  test("asks the daemon what happened to what is named", async () => {
    const world = shop();
    const replica = { ...sampleReplica("web"), cause: { kind: "file", path: "web/app.js" } as const };
    world.client.inspections.set("web#1", {
      unit: replica.id,
      command: null,
      cwd: "/",
      environment: [],
      processes: [],
      ports: [],
      probes: [],
      events: [{ revision: 1, at: Date.now() - 60_000, event: { kind: "replicaChanged", from: "stopped", replica } }],
    });
    await world.run("why", "web");
    expect(world.stdout).toContain("web/app.js was changed (1m ago)\n");
  });

  test("says so where all is well", async () => {
    const world = new CliWorld(sampleFleet([sampleService("api"), sampleService("web")]));
    expect(await world.run("why")).toBe(0);
    expect(world.stdout).toBe("all is well: api and web\n");
  });

  test("a config that was rejected is not well", async () => {
    const diagnostic = { severity: "error", code: "x", message: "x", location: null, hint: null } as const;
    const world = new CliWorld(sampleFleet([sampleService("api")], { diagnostics: [diagnostic] }));
    expect(await world.run("why")).toBe(0);
    expect(world.stdout).toBe("");
    expect(world.stderr).toContain("the configuration has mistakes");
  });

  test("the output of a build that failed is shown", async () => {
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: ["./a.go:1: no"],
      message: "no",
    };
    const build = { status: "failed", since: Date.now(), lastMs: null, failure } as const;
    const world = new CliWorld(sampleFleet([sampleService("api", { build })]));
    await world.run("why");
    expect(world.stdout).toMatch(/^api build failed: no \(for \d+ms\)\n {2}│ \.\/a\.go:1: no\n/);
  });

  test("--json has the whole chain of each", async () => {
    const world = shop();
    expect(await world.run("why", "--json")).toBe(0);
    const json = JSON.parse(world.stdout);
    expect(json).toMatchObject({ fleet: "shop", root: world.root, isWell: false });
    expect(json.explanations.map((e: { name: string; next: string[] }) => [e.name, e.next])).toEqual([
      ["gateway", ["orchestra logs db#1"]],
      ["db", ["orchestra logs db#1"]],
    ]);
  });

  test("an unknown name ends with 2 and a suggestion, with a daemon and without", async () => {
    for (const hasDaemon of [true, false]) {
      const world = new CliWorld(sampleFleet([sampleService("api")]), { hasDaemon });
      expect(await world.run("why", "apu")).toBe(2);
      expect(world.stderr).toBe('there is no service "apu"\n  did you mean "api"?\n');
    }
  });

  test("without a daemon nothing runs, which is no error, and none is started", async () => {
    const world = new CliWorld(sampleFleet([]), { hasDaemon: false });
    expect(await world.run("why")).toBe(0);
    expect(world.stderr).toBe(`nothing runs in ${world.root}: no daemon does\n  start it: orchestra start\n`);
    expect([world.stdout, world.startedDaemons]).toEqual(["", 0]);
  });
});

test("the help of each of these verbs has an example", async () => {
  for (const verb of ["init", "why", "run", "clean", "completion", "env"]) {
    const world = new CliWorld(sampleFleet([]));
    expect(await world.run(verb, "--help")).toBe(0);
    expect(world.stdout).toMatch(
      new RegExp(`^Usage: orchestra ${verb} [\\s\\S]*Examples?:\n {2}\\$ orchestra ${verb}`),
    );
  }
});
