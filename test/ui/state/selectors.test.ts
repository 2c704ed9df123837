import { describe, expect, test } from "vitest";
import type { ReplicaSnapshot, UnitState } from "../../../src/model/replica.ts";
import { applyUpdate, unknownFleet } from "../../../src/ui/state/fleet-view.ts";
import { activeTabIndex, logTabs } from "../../../src/ui/state/log-tab.ts";
import { nextChangeAt } from "../../../src/ui/state/next-change.ts";
import { runningUnits } from "../../../src/ui/state/running-units.ts";
import { countPhases, serviceStatus } from "../../../src/ui/state/service-status.ts";
import { initialUiState } from "../../../src/ui/state/ui-state.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";

const failure = { kind: "exited", code: 1, message: "exited with code 1" } as const;
const states = {
  ready: { phase: "ready", pid: 1 },
  starting: { phase: "starting", pid: 1 },
  waiting: { phase: "waiting", blockers: [] },
  backoff: { phase: "backoff", retryAt: 5000, failure },
  failed: { phase: "failed", failure },
  stopping: { phase: "stopping", pid: 1, exit: null, killAt: 9000, next: "rest" },
  stopped: { phase: "stopped" },
  completed: { phase: "completed" },
} satisfies Record<string, UnitState>;

type Name = keyof typeof states;

function replicas(...names: Name[]): ReplicaSnapshot[] {
  return names.map((name, index) => sampleReplica("worker", index + 1, { state: states[name] }));
}

describe("a service in one word", () => {
  test.each<[names: Name[], phase: string, ready: number]>([
    [["ready"], "ready", 1],
    [["ready", "ready", "backoff"], "backoff", 2],
    [["ready", "failed", "backoff"], "failed", 1],
    [["ready", "starting"], "starting", 1],
    [["waiting", "ready"], "waiting", 1],
    [["completed"], "completed", 1],
    [["stopped", "stopped"], "stopped", 0],
    [[], "stopped", 0],
  ])("%j is %s with %d ready", (names, phase, ready) => {
    const status = serviceStatus(sampleService("worker", { replicas: replicas(...names) }));
    expect([status.phase, status.ready]).toEqual([phase, ready]);
  });

  test("a replica on its way out after scaling down does not count", () => {
    const service = sampleService("worker", { scale: 1, replicas: replicas("ready", "stopping") });
    expect(serviceStatus(service)).toMatchObject({ phase: "ready", ready: 1, wanted: 1 });
  });

  test("it is up since its youngest living replica", () => {
    const list = [
      sampleReplica("w", 1, { since: 100 }),
      sampleReplica("w", 2, { since: 200 }),
      sampleReplica("w", 3, { since: 300, state: states.backoff }),
    ];
    expect(serviceStatus(sampleService("w", { replicas: list })).upSince).toBe(200);
  });

  test("phases are counted, worst first", () => {
    const list = [["ready"], ["failed"], ["ready"]] as Name[][];
    const services = list.map((names, i) => sampleService(`s${i}`, { replicas: replicas(...names) }));
    expect(countPhases(services)).toEqual([
      { phase: "failed", word: "failed", count: 1 },
      { phase: "ready", word: "ready", count: 2 },
    ]);
  });

  test("a oneshot at work is running, another service at that point is starting", () => {
    const job = sampleService("job", { oneshot: true, replicas: replicas("starting") });
    const api = sampleService("api", { replicas: replicas("starting") });
    expect(countPhases([api, job, api])).toEqual([
      { phase: "starting", word: "starting", count: 2 },
      { phase: "starting", word: "running", count: 1 },
    ]);
  });
});

test("what runs is what has a process or gets one by itself", () => {
  const names: Name[] = ["ready", "starting", "waiting", "backoff", "failed", "stopping", "stopped", "completed"];
  const fleet = sampleFleet([sampleService("worker", { replicas: replicas(...names) })]);
  expect(runningUnits(fleet).map((u) => u.state.phase)).toEqual([
    "ready",
    "starting",
    "waiting",
    "backoff",
    "stopping",
  ]);
});

describe("log tabs", () => {
  const labels = (...names: Name[]) =>
    logTabs(sampleService("worker", { replicas: replicas(...names) })).map((t) => t.label);

  test("are All and the service", () => {
    expect(labels("ready")).toEqual(["All", "worker"]);
    expect(logTabs(null).map((t) => t.label)).toEqual(["All"]);
  });

  test("are one for each replica where there are several", () => {
    expect(labels("ready", "ready")).toEqual(["All", "worker", "#1", "#2"]);
  });

  test("of a replica that is gone shows the service", () => {
    const tabs = logTabs(sampleService("worker", { replicas: replicas("ready", "ready") }));
    expect(activeTabIndex(tabs, { kind: "replica", index: 2 })).toBe(3);
    expect(activeTabIndex(tabs, { kind: "replica", index: 7 })).toBe(1);
    expect(activeTabIndex(logTabs(null), { kind: "service" })).toBe(0);
  });
});

describe("when the screen changes by itself", () => {
  const now = Date.parse("2026-01-01T10:20:30.400Z");
  const old = now - 600_000;
  const nextSecond = Date.parse("2026-01-01T10:20:31.000Z");
  const nextMinute = Date.parse("2026-01-01T10:21:00.000Z");
  const at = (replica: Partial<ReplicaSnapshot>, build: "ok" | "building" = "ok", startedAt = old) => {
    const service = sampleService("api", {
      replicas: [sampleReplica("api", 1, { since: old, ...replica })],
      build: { status: build, since: old, lastMs: null, failure: null },
    });
    const snapshot = sampleFleet([service], { daemon: { pid: 1, version: "", startedAt } });
    return nextChangeAt({ snapshot, disconnected: null }, initialUiState, now);
  };

  test.each<[title: string, at: number | null, wanted: number]>([
    ["an idle fleet waits for the full minute", at({}), nextMinute],
    ["the first minute of a replica shows seconds", at({ since: now - 59_000 }), nextSecond],
    ["a stopped replica has no age", at({ since: now - 59_000, state: states.stopped }), nextMinute],
    ["a wait shows seconds", at({ since: now - 59_000, state: { phase: "waiting", blockers: [] } }), nextSecond],
    ["a countdown to a retry shows seconds", at({ state: states.backoff }), nextSecond],
    ["a countdown to SIGKILL shows seconds", at({ state: states.stopping }), nextSecond],
    ["a build shows seconds", at({}, "building"), nextSecond],
    ["the daemon's first minute shows seconds", at({}, "ok", now - 1000), nextSecond],
  ])("%s", (_title, next, wanted) => {
    expect(next).toBe(wanted);
  });

  test("never, where nothing is known", () => {
    expect(nextChangeAt(unknownFleet, initialUiState, now)).toBeNull();
  });

  test("a message goes away by itself", () => {
    const snapshot = sampleFleet([], { daemon: { pid: 1, version: "", startedAt: old } });
    const ui = { ...initialUiState, message: { level: "info" as const, text: "", until: now + 5000 } };
    expect(nextChangeAt({ snapshot, disconnected: null }, ui, now)).toBe(nextSecond);
  });
});

describe("the view of the fleet", () => {
  const snapshot = sampleFleet([sampleService("api")], { revision: 3 });
  const event = (revision: number) =>
    ({ revision, at: 0, event: { kind: "fleetStopping", cause: { kind: "lease" } } }) as const;

  test("follows events that follow it, and leaves others out", () => {
    const view = applyUpdate(unknownFleet, { kind: "snapshot", snapshot });
    expect(applyUpdate(view, { kind: "events", events: [event(9)] }).snapshot?.revision).toBe(3);
    const next = applyUpdate(view, { kind: "events", events: [event(4)] }).snapshot;
    expect([next?.revision, next?.isStopping]).toEqual([4, true]);
  });

  test("stays, marked as stale, while the engine is away, until a snapshot comes", () => {
    const view = applyUpdate(applyUpdate(unknownFleet, { kind: "snapshot", snapshot }), {
      kind: "disconnected",
      since: 7,
      reason: "gone",
    });
    expect(view).toEqual({ snapshot, disconnected: { since: 7, reason: "gone" } });
    expect(applyUpdate(view, { kind: "snapshot", snapshot }).disconnected).toBeNull();
  });
});
