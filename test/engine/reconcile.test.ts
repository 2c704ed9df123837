import { describe, expect, test } from "vitest";
import { reconcile } from "../../src/engine/reconcile.ts";
import type { UnitState } from "../../src/model/replica.ts";

const stopped: UnitState = { phase: "stopped" };
const ready: UnitState = { phase: "ready", pid: 1 };
const failed: UnitState = { phase: "failed", failure: { kind: "exited", code: 1, message: "exit 1" } };
const backoff: UnitState = { phase: "backoff", retryAt: 0, failure: { kind: "exited", code: 1, message: "exit 1" } };
const ending = (next: "rest" | "start" | "policy"): UnitState => ({
  phase: "stopping",
  pid: 1,
  exit: null,
  killAt: 0,
  next,
});

interface WantedReplicas {
  service: string;
  isRunning: boolean;
  scale: number;
  stoppedIndexes: number[];
}

interface ObservedReplica {
  service: string;
  index: number;
  state: UnitState;
}

function want(service: string, change: Partial<WantedReplicas> = {}): WantedReplicas {
  return { service, isRunning: true, scale: 1, stoppedIndexes: [], ...change };
}

function there(service: string, ...states: UnitState[]): ObservedReplica[] {
  return states.map((state, i) => ({ service, index: i + 1, state }));
}

function plan(
  wanted: WantedReplicas[],
  observed: ObservedReplica[],
  dependents: Record<string, string[]> = {},
): string[] {
  const services = wanted.map(({ service, isRunning, scale, stoppedIndexes }) => {
    const replicas = new Map(
      observed.filter((r) => r.service === service).map(({ index, state }) => [index, { unit: { state } }]),
    );
    const spec = { name: service, scale };
    return [
      service,
      { spec, wanted: { isRunning, scale: null, stoppedIndexes }, isConfigured: true, replicas },
    ] as const;
  });
  return reconcile(new Map(services), new Map(Object.entries(dependents))).map(
    (s) => `${s.kind} ${s.service}#${s.index}`,
  );
}

describe("one service", () => {
  test.each<[string, WantedReplicas, UnitState[], string[]]>([
    [
      "what is missing is added, even where nothing shall run",
      want("a", { isRunning: false, scale: 2 }),
      [],
      ["add a#1", "add a#2"],
    ],
    ["what is stopped is started", want("a"), [stopped], ["start a#1"]],
    ["what runs is left alone", want("a"), [ready], []],
    ["what failed is not started behind the user's back", want("a"), [failed], []],
    ["what completed is not started again", want("a"), [{ phase: "completed" }], []],
    ["what ends on its way to a restart is left alone", want("a"), [ending("start")], []],
    ["what is not wanted is stopped", want("a", { isRunning: false }), [ready], ["stop a#1"]],
    [
      "a crash under way is stopped too, so that no policy revives it",
      want("a", { isRunning: false }),
      [ending("policy")],
      ["stop a#1"],
    ],
    ["a stop under way is not asked for twice", want("a", { isRunning: false }), [ending("rest")], []],
    ["a backoff is stopped", want("a", { isRunning: false }), [backoff], ["stop a#1"]],
    [
      "a replica that was stopped by name stays stopped",
      want("a", { scale: 2, stoppedIndexes: [2] }),
      [ready, stopped],
      [],
    ],
    ["a replica beyond the scale ends", want("a"), [ready, ready], ["stop a#2"]],
    ["a replica beyond the scale that has ended goes", want("a"), [ready, stopped], ["remove a#2"]],
    ["a failed replica beyond the scale goes", want("a"), [ready, failed], ["remove a#2"]],
    [
      "a service that left the config ends and goes",
      want("a", { scale: 0 }),
      [ready, stopped],
      ["remove a#2", "stop a#1"],
    ],
  ])("%s", (_title, wanted, states, expected) => {
    expect(plan([wanted], there("a", ...states))).toEqual(expected);
  });
});

describe("stops come in reverse dependency order (web → api → db)", () => {
  const dependents = { db: ["api"], api: ["web"] };
  const off = [want("db", { isRunning: false }), want("api", { isRunning: false }), want("web", { isRunning: false })];

  test("first what nothing depends on", () => {
    const observed = [...there("db", ready), ...there("api", ready), ...there("web", ready)];
    expect(plan(off, observed, dependents)).toEqual(["stop web#1"]);
  });

  test("a dependent that is still ending holds its dependency", () => {
    const observed = [...there("db", ready), ...there("api", ready), ...there("web", ending("rest"))];
    expect(plan(off, observed, dependents)).toEqual([]);
  });

  test("then the next", () => {
    const observed = [...there("db", ready), ...there("api", ready), ...there("web", stopped)];
    expect(plan(off, observed, dependents)).toEqual(["stop api#1"]);
  });

  test("a dependent that is to go on running does not hold what the user stops", () => {
    const observed = [...there("db", ready), ...there("api", ready)];
    expect(plan([want("db", { isRunning: false }), want("api")], observed, dependents)).toEqual(["stop db#1"]);
  });

  test("what has no process is stopped at once, whatever its place", () => {
    const observed = [...there("db", backoff), ...there("api", ready), ...there("web", ready)];
    expect(plan(off, observed, dependents)).toEqual(["stop db#1", "stop web#1"]);
  });
});
