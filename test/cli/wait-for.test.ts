import { describe, expect, test } from "vitest";
import { progressOf, type Target } from "../../src/cli/wait-for.ts";
import type { Failure } from "../../src/model/failure.ts";
import { replicaId } from "../../src/model/ids.ts";
import type { UnitState } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";

const now = 1_000_000;
const crashed: Failure = { kind: "exited", code: 1, message: "exit 1" };
const unit = (name: string, goal: (Target & { kind: "unit" })["goal"] = "ready"): Target => ({
  kind: "unit",
  unit: replicaId(name, 1),
  goal,
  old: null,
});

function service(name: string, state: UnitState, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return sampleService(name, { replicas: [sampleReplica(name, 1, { state })], ...change });
}

const waitingFor = (name: string): UnitState => ({
  phase: "waiting",
  blockers: [{ kind: "dependency", name, condition: "ready", now: "failed" }],
});

/** Phase, and what it is towards ready, started, completed, stopped, paused: reached, pending or failed. */
const cases: [state: UnitState, ready: string, started: string, completed: string, stopped: string, paused: string][] =
  [
    [{ phase: "stopped" }, "pending", "pending", "pending", "reached", "failed"],
    [{ phase: "waiting", blockers: [] }, "pending", "pending", "pending", "pending", "failed"],
    [{ phase: "starting", pid: null }, "pending", "pending", "pending", "pending", "pending"],
    [{ phase: "starting", pid: 7 }, "pending", "reached", "pending", "pending", "failed"],
    [{ phase: "ready", pid: 7 }, "reached", "reached", "pending", "pending", "failed"],
    [{ phase: "unready", pid: 7, failure: crashed }, "pending", "reached", "pending", "pending", "failed"],
    [{ phase: "paused", pid: 7 }, "pending", "reached", "pending", "pending", "reached"],
    [
      { phase: "stopping", pid: 7, exit: null, killAt: null, next: "start" },
      "pending",
      "pending",
      "pending",
      "pending",
      "failed",
    ],
    [{ phase: "backoff", retryAt: now + 1000, failure: crashed }, "pending", "pending", "pending", "pending", "failed"],
    [{ phase: "failed", failure: crashed }, "failed", "failed", "failed", "reached", "failed"],
    [{ phase: "completed" }, "reached", "reached", "reached", "reached", "failed"],
  ];

function verdict(services: ServiceSnapshot[], target: Target): string {
  const { failed, pending } = progressOf(sampleFleet(services), [target], now);
  return failed.length > 0 ? "failed" : pending.length > 0 ? "pending" : "reached";
}

describe("what a phase means for a goal", () => {
  test.each(cases)("%j", (state, ready, started, completed, stopped, paused) => {
    const services = [service("api", state)];
    const verdicts = (["ready", "started", "completed", "stopped", "paused"] as const).map((goal) =>
      verdict(services, unit("api", goal)),
    );
    expect(verdicts).toEqual([ready, started, completed, stopped, paused]);
  });
});

describe("a unit that will not get there", () => {
  test("what needs something that failed has failed too, and names it, however far down", () => {
    //   web ──► api ──► db (failed)
    const services = [
      service("web", waitingFor("api")),
      service("api", waitingFor("db")),
      service("db", { phase: "failed", failure: crashed }),
    ];
    const { failed } = progressOf(sampleFleet(services), [unit("web")], now);
    expect(failed).toEqual([{ name: "web#1", what: "cannot start: it needs db#1, which failed", failure: null }]);
  });

  test("what needs something that is in backoff goes on waiting", () => {
    const services = [
      service("web", waitingFor("db")),
      service("db", { phase: "backoff", retryAt: now, failure: crashed }),
    ];
    expect(verdict(services, unit("web"))).toBe("pending");
  });

  test("what somebody else stopped meanwhile has failed, unless it is for them to start it", () => {
    const services = [service("api", { phase: "stopped" }, { wanted: "stopped" })];
    expect(verdict(services, unit("api"))).toBe("failed");
    expect(verdict(services, { ...unit("api"), mayBeUnwanted: true } as Target)).toBe("pending");
  });

  test("a replica that was scaled away, or whose service is gone, is waited for no longer", () => {
    const gone: Target = { kind: "unit", unit: replicaId("api", 3), goal: "ready", old: null };
    expect(verdict([service("api", { phase: "ready", pid: 7 })], gone)).toBe("reached");
    expect(verdict([], gone)).toBe("reached");
    expect(verdict([service("api", { phase: "ready", pid: 7 }, { scale: 3 })], gone)).toBe("pending");
  });

  test("processes that outlived SIGKILL are not stopped", () => {
    const failure: Failure = { kind: "stop-incomplete", pids: [7], message: "process 7 outlived SIGKILL" };
    expect(verdict([service("api", { phase: "failed", failure })], unit("api", "stopped"))).toBe("failed");
  });
});

describe("a unit that is replaced", () => {
  const old = { generation: 1, since: 500 };
  const target: Target = { kind: "unit", unit: replicaId("api", 1), goal: "ready", old };
  const at = (state: UnitState, generation: number, since: number): ServiceSnapshot =>
    sampleService("api", { replicas: [sampleReplica("api", 1, { state, generation, since })] });

  test("the old generation being ready is not the new one being ready", () => {
    expect(verdict([at({ phase: "ready", pid: 7 }, 1, 500)], target)).toBe("pending");
    expect(verdict([at({ phase: "ready", pid: 8 }, 2, 900)], target)).toBe("reached");
  });

  test("a failure from before does not count; one since then does", () => {
    expect(verdict([at({ phase: "failed", failure: crashed }, 1, 500)], target)).toBe("pending");
    expect(verdict([at({ phase: "failed", failure: crashed }, 1, 900)], target)).toBe("failed");
  });

  test("a build that fails leaves the old one running, and is the failure", () => {
    const failure: Failure = {
      kind: "build-failed",
      command: "go build",
      exitCode: 1,
      output: [],
      message: "go build failed",
    };
    const build = { status: "failed", since: 900, lastMs: null, failure } as const;
    expect(verdict([{ ...at({ phase: "ready", pid: 7 }, 1, 500), build }], target)).toBe("failed");
  });
});

describe("a build", () => {
  const target: Target = { kind: "build", service: "api", old: { since: 500 } };
  const failure: Failure = {
    kind: "build-failed",
    command: "go build",
    exitCode: 1,
    output: [],
    message: "go build failed",
  };
  test.each([
    ["none", 500, "reached"],
    ["queued", 900, "pending"],
    ["building", 900, "pending"],
    ["ok", 500, "pending"],
    ["ok", 900, "reached"],
    ["failed", 500, "pending"],
    ["failed", 900, "failed"],
  ] as const)("%s since %i is %s, where the wait began after 500", (status, since, expected) => {
    const build = { status, since, lastMs: null, failure: status === "failed" ? failure : null };
    expect(verdict([sampleService("api", { build })], target)).toBe(expected);
  });
});
