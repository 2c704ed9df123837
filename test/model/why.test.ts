import { describe, expect, test } from "vitest";
import type { Cause } from "../../src/model/cause.ts";
import type { StampedEvent } from "../../src/model/event.ts";
import type { Failure } from "../../src/model/failure.ts";
import { isServiceWell } from "../../src/model/is-well.ts";
import type { Blocker, ReplicaSnapshot, UnitState } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import type { FleetSnapshot } from "../../src/model/snapshot.ts";
import { type Explanation, explain } from "../../src/model/why.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";

const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };
const started: Cause = { kind: "user", verb: "start", origin: "cli" };

function service(
  name: string,
  state: UnitState,
  replica: Partial<ReplicaSnapshot> = {},
  change: Partial<ServiceSnapshot> = {},
): ServiceSnapshot {
  return sampleService(name, { replicas: [sampleReplica(name, 1, { state, since: 1_000, ...replica })], ...change });
}

function needs(name: string, now: string, condition: "ready" | "completed" = "ready"): Blocker {
  return { kind: "dependency", name, condition, now };
}

/** The chain as an indented text, without times. */
function told(explanation: Explanation | null): string[] {
  if (explanation === null) throw new Error("nobody bears that name");
  const links = explanation.links.map((link) => {
    const subject = link.subject === null ? "" : `${link.subject} `;
    return `${"  ".repeat(link.depth)}${subject}${link.text}`;
  });
  return [...links, ...explanation.next.map((step) => `> ${step}`)];
}

function why(fleet: FleetSnapshot, name: string, events: StampedEvent[] = []): string[] {
  return told(explain(fleet, name, events));
}

describe("a unit that is well", () => {
  test("is told of with who asked for it, and nothing to do", () => {
    const fleet = sampleFleet([service("api", { phase: "ready", pid: 7 })]);
    const explanation = explain(fleet, "api");
    expect(told(explanation)).toEqual(["api#1 is ready", "  start was asked for on the command line"]);
    expect(explanation).toMatchObject({ isWell: true, links: [{ since: 1_000 }, {}] });
  });

  test("the events tell who began the run, where the last change was only a step of it", () => {
    const replica = sampleReplica("api", 1, { cause: { kind: "probe", probe: "http /healthz", detail: "200" } });
    const fleet = sampleFleet([sampleService("api", { replicas: [replica] })]);
    const change = (revision: number, cause: Cause): StampedEvent => ({
      revision,
      at: revision * 1_000,
      event: { kind: "replicaChanged", from: "stopped", replica: { ...replica, cause } },
    });
    const events = [
      change(1, { kind: "user", verb: "start", origin: "dashboard" }),
      change(2, { kind: "file", path: "api/main.go" }),
      change(3, { kind: "spawn" }),
      change(4, replica.cause),
    ];
    expect(why(fleet, "api#1", events)).toEqual([
      "api#1 is ready",
      "  api/main.go was changed",
      "  http /healthz: 200",
    ]);
    expect(explain(fleet, "api#1", events)?.links[1]?.at).toBe(2_000);
  });

  test("what it went through before is not hidden", () => {
    const fleet = sampleFleet([
      service(
        "api",
        { phase: "ready", pid: 7 },
        { restarts: 3, failure: crashed, adopted: true, cause: { kind: "spawn" } },
      ),
    ]);
    expect(why(fleet, "api")).toEqual([
      "api#1 is ready",
      "  an earlier daemon had started it; it was taken over as it ran",
      "  it was restarted 3 times since somebody started it",
      "  the last thing that went wrong: exit 1",
    ]);
    expect(explain(fleet, "api")?.links.every((link) => !link.isBad)).toBe(true);
  });
});

describe("a unit that nobody runs", () => {
  test.each<[string, ServiceSnapshot, string[]]>([
    [
      "stopped by a person",
      service("api", { phase: "stopped" }, { cause: { kind: "user", verb: "stop", origin: "dashboard" } }),
      ["api#1 is stopped", "  stop was asked for in the dashboard", "> orchestra start api#1"],
    ],
    [
      "never started",
      service("api", { phase: "stopped" }, { generation: 0 }, { autostart: false }),
      ["api#1 was not started: autostart is off for it", "> orchestra start api"],
    ],
    [
      "scaled away",
      sampleService("api", { scale: 0, replicas: [] }),
      ["api is scaled to 0", "> orchestra scale api=1"],
    ],
    [
      "paused",
      service("api", { phase: "paused", pid: 7 }, { cause: { kind: "user", verb: "pause", origin: "cli" } }),
      ["api#1 is paused", "  pause was asked for on the command line", "> orchestra resume api#1"],
    ],
    [
      "ended with its headless run",
      service("api", { phase: "stopped" }, { cause: { kind: "lease" } }),
      ["api#1 is stopped", "  the headless run that had started it has ended", "> orchestra start api#1"],
    ],
  ])("%s", (_, one, expected) => {
    expect(why(sampleFleet([one]), "api")).toEqual(expected);
  });
});

describe("what went wrong", () => {
  test("a crash loop: the failure, how often, when it starts again, and the log of that run", () => {
    const state: UnitState = { phase: "backoff", retryAt: 9_000, failure: crashed };
    const cause: Cause = { kind: "exit", status: { kind: "code", code: 1 } };
    const fleet = sampleFleet([service("db", state, { restarts: 6, generation: 7, cause, failure: crashed })]);
    const explanation = explain(fleet, "db");
    expect(told(explanation)).toEqual([
      "db#1 is in backoff: it failed too often in a short time",
      "  it was restarted 6 times since somebody started it",
      "  exit 1",
      "> orchestra logs db#1",
    ]);
    expect(explanation).toMatchObject({
      isWell: false,
      links: [{ ahead: { what: "starts again", at: 9_000 } }, {}, {}],
    });
    expect(explanation?.links.at(-1)?.log).toEqual({ unit: "db#1", generation: 7 });
  });

  test("a failed build is told of once, however many replicas it keeps from running", () => {
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: ["x"],
      message: "does not build",
    };
    const replicas = [1, 2].map((index) =>
      sampleReplica("api", index, {
        state: { phase: "failed", failure },
        failure,
        cause: { kind: "build", what: "build failed" },
      }),
    );
    const build = { status: "failed", since: 5, lastMs: null, failure } as const;
    const explanation = explain(sampleFleet([sampleService("api", { replicas, build })]), "api");
    expect(told(explanation)).toEqual([
      "api build failed: does not build",
      "api#1 has failed, and is not started again",
      "  its build failed",
      "api#2 has failed, and is not started again",
      "  its build failed",
      "> mend it, then: orchestra start api",
    ]);
    expect(explanation?.links.filter((link) => link.failure !== null)).toHaveLength(1);
  });

  test("a failed build is no reason for what still runs to be called ill, and the service is", () => {
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: [],
      message: "does not build",
    };
    const build = { status: "failed", since: 5, lastMs: null, failure } as const;
    const one = service("api", { phase: "ready", pid: 7 }, {}, { build });
    expect(isServiceWell(one)).toBe(false);
    expect(why(sampleFleet([one]), "api").slice(0, 2)).toEqual(["api build failed: does not build", "api#1 is ready"]);
  });

  test("what a failure advises goes before what is usual; that of the last one, where it was given up", () => {
    const last: Failure = { ...crashed, hint: "create the database first" };
    const failure: Failure = {
      kind: "gave-up",
      failures: 10,
      last,
      message: "gave up after 10 failures; last: exit 1",
    };
    expect(why(sampleFleet([service("api", { phase: "failed", failure })]), "api").at(-1)).toBe(
      "> create the database first",
    );
  });

  test("a unit that runs and is not ready says what its probe says", () => {
    const failure: Failure = { kind: "probe-failed", probe: "http", detail: "503", message: "http /healthz: 503" };
    expect(why(sampleFleet([service("api", { phase: "unready", pid: 7, failure })]), "api#1")).toEqual([
      "api#1 runs and is not ready",
      "  start was asked for on the command line",
      "  http /healthz: 503",
      "> orchestra logs api#1",
    ]);
  });
});

describe("what holds a unit back", () => {
  test("dependencies are followed to what is really wrong", () => {
    const fleet = sampleFleet([
      service("gateway", { phase: "waiting", blockers: [needs("orders", "waiting")] }),
      service("orders", {
        phase: "waiting",
        blockers: [needs("db", "backoff"), needs("migrate", "stopped", "completed")],
      }),
      service("db", { phase: "backoff", retryAt: 9, failure: crashed }, { cause: { kind: "spawn" } }),
      service("migrate", { phase: "stopped" }, { cause: { kind: "user", verb: "stop", origin: "cli" } }),
      service("web", { phase: "ready", pid: 8 }),
    ]);
    const explanation = explain(fleet, "gateway");
    expect(told(explanation)).toEqual([
      "gateway#1 waits",
      "  start was asked for on the command line",
      "  it needs orders to be ready, which is waiting",
      "    orders#1 waits",
      "      start was asked for on the command line",
      "      it needs db to be ready, which is backoff",
      "        db#1 is in backoff: it failed too often in a short time",
      "          exit 1",
      "      it needs migrate to be completed, which is stopped",
      "        migrate#1 is stopped",
      "          stop was asked for on the command line",
      "> orchestra logs db#1",
      "> orchestra start migrate#1",
    ]);
    expect(explanation?.through).toEqual(["orders", "db", "migrate"]);
  });

  test("of a dependency with several replicas only those that hold it back are told of", () => {
    const replicas = [
      sampleReplica("db", 1),
      sampleReplica("db", 2, { state: { phase: "starting", pid: 9 }, cause: { kind: "spawn" } }),
    ];
    const fleet = sampleFleet([
      service("api", { phase: "waiting", blockers: [needs("db", "starting")] }),
      sampleService("db", { replicas }),
    ]);
    expect(why(fleet, "api").filter((line) => line.includes("db#"))).toEqual(["    db#2 is starting"]);
  });

  test("a circle ends", () => {
    const fleet = sampleFleet([
      service("a", { phase: "waiting", blockers: [needs("b", "waiting")] }),
      service("b", { phase: "waiting", blockers: [needs("a", "waiting")] }),
    ]);
    expect(why(fleet, "a").at(-1)).toBe("        a is told of above");
  });

  test("a dependency that is gone from the config is said to be", () => {
    const fleet = sampleFleet([service("a", { phase: "waiting", blockers: [needs("b", "not in this fleet")] })]);
    expect(why(fleet, "a").at(-1)).toBe("    b is not in this fleet");
  });

  const foreign = { pid: 4711, command: "./orders", cwd: "/home/you/old", startedAt: 500, unit: null };
  test.each<[string, Blocker, string[]]>([
    [
      "a foreign process",
      { kind: "port", port: 8082, holder: foreign },
      [
        "  port 8082 is taken by pid 4711, not of this fleet: ./orders in /home/you/old",
        "> end pid 4711 (kill 4711), or give api another port",
      ],
    ],
    [
      "a unit of the fleet",
      { kind: "port", port: 8082, holder: { ...foreign, unit: "db#1", stopWith: "orchestra stop db#1" } },
      ["  port 8082 is taken by pid 4711, of db#1: ./orders in /home/you/old", "> orchestra stop db#1"],
    ],
    [
      "a process that cannot be seen",
      { kind: "port", port: 8082, holder: null },
      ["  port 8082 is taken, and by whom cannot be seen", "> find out who has it: sudo ss -ltnp 'sport = :8082'"],
    ],
  ])("a port that is taken by %s", (_, blocker, expected) => {
    const waiting: UnitState = { phase: "waiting", blockers: [blocker] };
    const fleet = sampleFleet([
      service("api", waiting, { cause: { kind: "spawn" } }),
      service("db", { phase: "ready", pid: 1 }),
    ]);
    expect(why(fleet, "api").slice(1)).toEqual(expected);
  });

  test("its build is no illness, and says how far it is", () => {
    const build = { status: "building", since: 5, lastMs: 1_200, failure: null } as const;
    const waiting: UnitState = { phase: "waiting", blockers: [{ kind: "build", status: "building" }] };
    const explanation = explain(sampleFleet([service("api", waiting, { cause: started }, { build })]), "api");
    expect(explanation?.isWell).toBe(true);
    expect(told(explanation)[0]).toBe("api is building");
  });
});

describe("a service that follows its sources", () => {
  const rerun = { isOn: true, withTests: false, trouble: null, canGoBack: false };
  const saved: Cause = { kind: "file", path: "api/main.go" };
  const ready: UnitState = { phase: "ready", pid: 7 };
  const built = { status: "ok", since: 5_000, lastMs: 40, failure: null, cause: saved } as const;
  const untested: Failure = {
    kind: "test-failed",
    command: "go test ./...",
    exitCode: 1,
    failed: ["TestSum"],
    output: ["sum_test.go:9: 3, want 4"],
    message: "fails 1 of 12 tests: TestSum",
  };

  test("is told to have been built for nothing, and because of which file", () => {
    const fleet = sampleFleet([service("api", ready, {}, { rerun, build: { ...built, isUnchanged: true } })]);
    const explanation = explain(fleet, "api");
    expect(told(explanation).slice(0, 2)).toEqual([
      "api was built again and came out the same: nothing was restarted",
      "  api/main.go was changed",
    ]);
    expect(explanation).toMatchObject({ isWell: true, links: [{ at: 5_000, since: null }, {}, {}, {}] });
  });

  test("has nothing said of a build that was followed by a start", () => {
    const fleet = sampleFleet([service("api", ready, { cause: saved }, { rerun, build: built })]);
    expect(why(fleet, "api")).toEqual(["api#1 is ready", "  api/main.go was changed"]);
  });

  test("with failing tests is ill, though what runs is well, and a save is all it needs", () => {
    const build = { ...built, status: "failed", failure: untested } as const;
    const explanation = explain(sampleFleet([service("api", ready, {}, { rerun, build })]), "api");
    expect(explanation?.isWell).toBe(false);
    expect(told(explanation)).toEqual([
      "api fails 1 of 12 tests: TestSum",
      "  api/main.go was changed",
      "api#1 is ready",
      "  start was asked for on the command line",
      "> mend it: it is built again as soon as that is saved",
    ]);
    expect(explanation?.links[0]?.failure).toBe(untested);
  });

  test("has to be started again by hand where it does not follow", () => {
    const build = { ...built, status: "failed", failure: untested } as const;
    const fleet = sampleFleet([service("api", ready, {}, { rerun: { ...rerun, isOn: false }, build })]);
    expect(why(fleet, "api").at(-1)).toBe("> mend it, then: orchestra start api");
  });

  test("and cannot, says why, and how it follows again", () => {
    const trouble = "it writes into its own folder: data.db";
    const fleet = sampleFleet([service("api", ready, {}, { rerun: { ...rerun, trouble } })]);
    expect(why(fleet, "api")).toEqual([
      `api does not follow its sources: ${trouble}`,
      "api#1 is ready",
      "  start was asked for on the command line",
      "> once that is mended: orchestra rerun --on api",
    ]);
  });

  test("is offered the program before, where the new one does not run well", () => {
    const backoff: UnitState = { phase: "backoff", retryAt: 9_000, failure: crashed };
    const kept = { ...rerun, canGoBack: true };
    const fleet = sampleFleet([service("api", backoff, { generation: 2 }, { rerun: kept, build: built })]);
    expect(why(fleet, "api")).toContain("> orchestra rerun --back api: it runs the program before again");
    const well = sampleFleet([service("api", ready, {}, { rerun: kept, build: built })]);
    expect(why(well, "api").filter((line) => line.startsWith(">"))).toEqual([]);
  });

  test("that somebody took back is told so in English", () => {
    const cause: Cause = { kind: "user", verb: "goBack", origin: "dashboard" };
    const build = { ...built, isUnchanged: true, cause };
    const fleet = sampleFleet([service("api", ready, { cause }, { rerun, build })]);
    expect(why(fleet, "api").slice(0, 2)).toEqual([
      "api runs the program from before its last build, until the next good one",
      "  going back to the program before was asked for in the dashboard",
    ]);
  });
});

test("nothing is said of a name that nobody bears", () => {
  const fleet = sampleFleet([service("api", { phase: "ready", pid: 7 })]);
  expect([explain(fleet, "apu"), explain(fleet, "api#2")]).toEqual([null, null]);
});

test("what waits for Docker says what Docker does not do, and what to do about it", () => {
  const detail = "Docker does not answer at unix:///run/docker.sock: no such socket";
  const fleet = sampleFleet([
    service("pg", { phase: "waiting", blockers: [{ kind: "docker", detail, hint: "start Docker" }] }),
  ]);
  const explanation = explain(fleet, "pg");
  expect(told(explanation).join("\n")).toContain(detail);
  expect(explanation?.next[0]).toBe("start Docker");
  expect(explanation?.next.join()).toContain("orchestra daemon restart; see orchestra doctor");
});
