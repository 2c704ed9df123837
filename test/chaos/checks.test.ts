import { describe, expect, test } from "vitest";
import type { Resident } from "../../scripts/chaos/census.ts";
import { checkDescriptors, type DescriptorCount } from "../../scripts/chaos/checks/descriptors.ts";
import { checkGenerations } from "../../scripts/chaos/checks/generations.ts";
import { checkAnswer, checkLines } from "../../scripts/chaos/checks/lines.ts";
import { checkPorts } from "../../scripts/chaos/checks/ports.ts";
import { checkProcesses, checkZombies } from "../../scripts/chaos/checks/processes.ts";
import { checkRuns } from "../../scripts/chaos/checks/runs.ts";
import { checkSignals } from "../../scripts/chaos/checks/signals.ts";
import { checkState } from "../../scripts/chaos/checks/state.ts";
import type { Violation } from "../../scripts/chaos/checks/violation.ts";
import { type Notes, parseNotes } from "../../scripts/chaos/notes.ts";
import type { ProcessInfo } from "../../src/engine/process/process-info.ts";
import { emptyState, type FleetState } from "../../src/engine/state/fleet-state.ts";
import type { ReplicaSnapshot } from "../../src/model/replica.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";

/** A program of `api#1`, generation 1, unless told otherwise. */
function resident(change: Partial<Resident> = {}): Resident {
  const place = { service: "api", unit: "api.1", generation: 1, role: "program" } as const;
  return { pid: 4001, ppid: 100, startTicks: 1, state: "S", sid: 4001, command: "sh x.sh", ...place, ...change };
}

const daemon = resident({ pid: 99, role: "daemon", service: null, unit: null, generation: null });
const forkServer = resident({ ...daemon, pid: 100, ppid: 99, role: "fork-server" });
const api = (change: Partial<ReplicaSnapshot> = {}) =>
  sampleFleet([sampleService("api", { replicas: [sampleReplica("api", 1, change)] })]);

/** What was promised, and how often that did not hold. */
function broken(found: readonly Violation[]): string[] {
  return [...new Set(found.map((v) => v.promise))];
}

const nobodyElse = "no process of the fleet but what the snapshot says";
const doesLive = "what the snapshot says to live does live";

describe("processes", () => {
  test.each<[string, Resident[], Partial<ReplicaSnapshot>, string[]]>([
    ["what the snapshot says", [daemon, forkServer, resident()], {}, []],
    ["a child of a replica that lives", [resident(), resident({ pid: 4002, ppid: 4001 })], {}, []],
    ["one of an older generation", [resident(), resident({ pid: 4000, generation: 0 })], {}, [nobodyElse]],
    ["one of a replica that is stopped", [resident()], { state: { phase: "stopped" } }, [nobodyElse]],
    ["one of a replica that is not there", [resident(), resident({ pid: 4002, unit: "api.2" })], {}, [nobodyElse]],
    ["one that hides its marks, of a service that lives", [resident(), resident({ pid: 4002, unit: null })], {}, []],
    [
      "one that hides its marks, of a service that is stopped",
      [resident({ unit: null })],
      { state: { phase: "stopped" } },
      [nobodyElse],
    ],
    ["another daemon", [resident(), daemon, resident({ ...daemon, pid: 98 })], {}, [nobodyElse]],
    ["the fork server of a daemon that is gone", [resident(), { ...forkServer, ppid: 1 }], {}, [nobodyElse]],
    ["two fork servers", [resident(), forkServer, { ...forkServer, pid: 101 }], {}, [nobodyElse]],
    ["nobody, where one is ready", [daemon], {}, [doesLive]],
    ["a process of another generation than is ready", [resident({ generation: 2 })], {}, [nobodyElse, doesLive]],
    ["nobody, before the fork", [], { state: { phase: "waiting", blockers: [] } }, []],
  ])("%s", (_, residents, change, expected) => {
    expect(broken(checkProcesses(residents, api(change)))).toEqual(expected);
  });

  test.each([
    ["of the daemon", 99, 1],
    ["of the fork server", 100, 1],
    ["of a program, which has to wait for its children itself", 4001, 0],
    ["of somebody else", 1, 0],
  ])("a zombie %s", (_, ppid, count) => {
    const zombie = { pid: 5, ppid, comm: "sh" } as ProcessInfo;
    expect(checkZombies([zombie], [daemon, forkServer, resident()])).toHaveLength(count);
  });
});

function notes(pid: number, written: number, change: Partial<Notes> = {}): Notes {
  return {
    file: `api.1.1.${pid}`,
    service: "api",
    replica: 1,
    generation: 1,
    pid,
    written: Array.from({ length: written }, (_, i) => i + 1),
    failed: new Set(),
    from: 10,
    to: 20,
    ...change,
  };
}

const lines = (pid: number, ...numbers: number[]) => numbers.map((n) => `gen=1 pid=${pid} n=${n};`);

describe("lines", () => {
  const torn = { failed: new Set([2]) };
  test.each<[string, string[], Notes[], number]>([
    ["all that were written", lines(7, 1, 2), [notes(7, 2)], 0],
    ["one more than was noted before the end", lines(7, 1, 2, 3), [notes(7, 2)], 0],
    [
      "those of two programs in each other's midst",
      ["a", ...lines(7, 1), ...lines(8, 1, 2), ...lines(7, 2)],
      [notes(7, 2), notes(8, 2)],
      0,
    ],
    ["a lost one", lines(7, 1, 3), [notes(7, 3)], 1],
    ["a lost last one", lines(7, 1, 2), [notes(7, 3)], 1],
    ["a lost first one", lines(7, 2, 3), [notes(7, 3)], 1],
    ["a doubled one", lines(7, 1, 2, 2, 3), [notes(7, 3)], 1],
    ["two more than were noted", lines(7, 1, 2, 3), [notes(7, 1)], 1],
    ["an empty log", [], [notes(7, 1)], 1],
    ["one of another generation", ["gen=2 pid=7 n=1;"], [notes(7, 1)], 1],
    ["a piece of one", [...lines(7, 1), "gen=1 pid", ...lines(7, 2)], [notes(7, 2)], 1],
    ["a piece of one in front of another", [...lines(7, 1), "gen=1 pidgen=1 pid=7 n=2;"], [notes(7, 2)], 1],
    ["a piece where writing failed", [...lines(7, 1), "gen=1 pidgen=1 pid=7 n=2;"], [notes(7, 2, torn)], 0],
  ])("%s", (_, log, own, count) => {
    expect(checkLines(log, own, () => true)).toHaveLength(count);
  });

  test("of a program that lives there may be more than it had noted", () => {
    expect(checkLines(lines(7, 1, 2, 3, 4), [notes(7, 1)], () => false)).toEqual([]);
  });

  test.each<[string, string[], number]>([
    ["the same", ["a", "b"], 0],
    ["more, since the file has grown", ["a", "b", "c"], 0],
    ["fewer", ["a"], 1],
    ["one twice", ["a", "a", "b"], 1],
    ["one left out", ["b"], 1],
  ])("an answer with %s", (_, answer, count) => {
    expect(checkAnswer("api#1", ["a", "b"], answer)).toHaveLength(count);
  });
});

describe("generations", () => {
  const next = (from: number, to = from + 1) => notes(8, 1, { generation: 2, from, to });
  test.each<[string, Notes[], number]>([
    ["one after the other", [notes(7, 1), next(20.1)], 0],
    ["at the same hundredth of a second", [notes(7, 1), next(20)], 0],
    ["the next before the last word of the one before", [notes(7, 1), next(19.9)], 1],
    ["a child of the one before that outlives it", [notes(7, 1), notes(9, 1, { to: 30 }), next(20.1)], 1],
    ["of another replica", [notes(7, 1), { ...next(15), replica: 2 }], 0],
    ["one that left no notes between them", [notes(7, 1), { ...next(15), generation: 3 }], 1],
  ])("%s", (_, own, count) => {
    expect(checkGenerations(own)).toHaveLength(count);
  });
});

test("notes are read as programs leave them", () => {
  expect(parseNotes("api.2.3.77", "begin 10.5\n1 10.6\n! 2\n2 11\nend 12\n")).toEqual(
    notes(77, 2, { file: "api.2.3.77", replica: 2, generation: 3, failed: new Set([2]), from: 10.5, to: 12 }),
  );
  // The last one is cut where its program was killed in the middle of it.
  expect(parseNotes("api.2.3.77", "begin 10.5\n1 10.6\n2 ")?.written).toEqual([1]);
  expect(parseNotes("once.runs", "1 77\n")).toBeNull();
});

describe("ports", () => {
  const web = resident({ pid: 5000, service: "web", unit: "web.1" });
  test.each<[string, { port: number; holder: Resident }[], Partial<ReplicaSnapshot>, number]>([
    ["held by whose it is", [{ port: 80, holder: resident() }], {}, 0],
    ["held by another", [{ port: 80, holder: web }], {}, 1],
    ["held by one that hides its marks, of the same service", [{ port: 80, holder: resident({ unit: null }) }], {}, 0],
    [
      "of nobody's, held",
      [
        { port: 80, holder: resident() },
        { port: 81, holder: resident() },
      ],
      {},
      1,
    ],
    ["held though its replica is stopped", [{ port: 80, holder: resident() }], { state: { phase: "stopped" } }, 1],
    ["held by nobody", [], {}, 0],
  ])("%s", (_, held, change, count) => {
    expect(checkPorts(held, api({ ports: { http: 80 }, ...change }))).toHaveLength(count);
  });
});

describe("state.json", () => {
  const wanted = {
    isRunning: true,
    scale: null,
    stoppedIndexes: [],
    ignoresDependencies: false,
    environment: null,
    overrides: {},
    verb: "start",
    origin: "cli",
  } as const;
  const unit = {
    unit: sampleReplica("api").id,
    service: "api",
    index: 1,
    generation: 1,
    pid: 4001,
    startTicks: 1,
    pgid: 4001,
    sid: 4001,
    bootId: "b",
    ports: {},
    startedAt: 1,
    executable: null,
  };
  const state = (change: Partial<FleetState> = {}): FleetState => ({
    ...emptyState(),
    wanted: { api: { ...wanted, stoppedIndexes: [] } },
    units: { "api#1": unit },
    generations: { "api#1": 1 },
    ...change,
  });
  const stopped = { state: { phase: "stopped" } } as const;

  test.each<[string, FleetState, Partial<ReplicaSnapshot>, number]>([
    ["that agrees", state(), {}, 0],
    ["without a wish", state({ wanted: {} }), {}, 2],
    ["with another scale", state({ wanted: { api: { ...wanted, stoppedIndexes: [], scale: 3 } } }), {}, 1],
    ["without what runs", state({ units: {} }), {}, 1],
    ["with an older generation of what runs", state({ units: { "api#1": { ...unit, generation: 0 } } }), {}, 1],
    ["with an older newest generation", state({ generations: {} }), {}, 1],
    ["with what runs no more", state(), stopped, 2],
    [
      "with one that was stopped by name",
      state({ units: {}, wanted: { api: { ...wanted, stoppedIndexes: [1] } } }),
      stopped,
      0,
    ],
    ["with a unit that is not there", state({ units: { "api#1": unit, "api#2": unit } }), {}, 1],
    ["without one that has completed", state({ units: {} }), { state: { phase: "completed" } }, 1],
    ["with other ports", state(), { ports: { http: 80 } }, 1],
  ])("%s", (_, recorded, change, count) => {
    expect(checkState(JSON.stringify(recorded), api(change))).toHaveLength(count);
  });

  test("that is torn", () => {
    expect(broken(checkState(JSON.stringify(state()).slice(0, -5), api()))).toEqual(["state.json is valid"]);
  });
});

describe("descriptors", () => {
  const count = (total: number, alive: number): DescriptorCount => ({
    pid: 99,
    role: "daemon",
    total,
    alive,
    kinds: { "/proc/N/stat": total },
  });
  test.each<[string, DescriptorCount, number]>([
    ["as many as before", count(40, 10), 0],
    ["a few more", count(50, 10), 0],
    ["more for more replicas", count(75, 20), 0],
    ["many more for as many", count(75, 10), 1],
    ["many more for fewer", count(75, 2), 1],
  ])("%s", (_, now, expected) => {
    expect(checkDescriptors(now, count(40, 10))).toHaveLength(expected);
  });
});

test.each([
  [2, { certain: 2, uncertain: 0 }, 0],
  [3, { certain: 2, uncertain: 0 }, 1],
  [1, { certain: 2, uncertain: 0 }, 1],
  [3, { certain: 2, uncertain: 1 }, 0],
  [4, { certain: 2, uncertain: 1 }, 1],
])("%i runs of a oneshot for %o wishes", (count, asked, expected) => {
  const runs = Array.from({ length: count }, (_, i) => `${i + 1} 77`);
  expect(checkRuns(runs, asked)).toHaveLength(expected);
});

test.each<[string[], number, number]>([
  [["ready", "SIGTERM 1"], 1, 0],
  [["child SIGTERM 1", "SIGTERM 1"], 1, 0],
  [["SIGTERM 1", "SIGTERM 2"], 1, 1],
  [["SIGTERM 1", "SIGTERM 2"], 2, 0],
  [["SIGCONT 3", "no SIGTERM 3 here"], 1, 0],
])("a log with %o beside %i daemons", (lines, daemons, expected) => {
  expect(checkSignals("api#1", lines, daemons)).toHaveLength(expected);
});
