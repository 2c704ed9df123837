import { describe, expect, test } from "vitest";
import type { ServiceAccount } from "../../../src/cli/headless/run-account.ts";
import { RunRecord } from "../../../src/cli/headless/run-record.ts";
import type { Accepted } from "../../../src/cli/run-command.ts";
import type { Cause } from "../../../src/model/cause.ts";
import type { EngineEvent } from "../../../src/model/event.ts";
import type { Failure } from "../../../src/model/failure.ts";
import type { UnitState } from "../../../src/model/replica.ts";
import type { BuildState } from "../../../src/model/service-snapshot.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";
import { sampleStory } from "./sample-account.ts";

const cause: Cause = { kind: "user", verb: "start", origin: "headless" };
const exited: Failure = { kind: "exited", code: 3, message: "exit 3" };
const failedBuild: Failure = { kind: "build-failed", command: "go build", exitCode: 1, output: ["no"], message: "no" };
const stopped: UnitState = { phase: "stopped" };
const starting: UnitState = { phase: "starting", pid: 7 };
const ready: UnitState = { phase: "ready", pid: 7 };
const failed: UnitState = { phase: "failed", failure: exited };
const waiting: UnitState = { phase: "waiting", blockers: [] };

/** One thing that happens to the service api: so many milliseconds after the run began, to its n-th replica or its build. */
type Step = [at: number, what: UnitState | Partial<BuildState>, index?: number];

interface Case {
  baseline?: UnitState[];
  steps?: Step[];
  tell?: (record: RunRecord) => void;
  exitCode?: number;
}

function accountOf({ baseline = [stopped], steps = [], tell, exitCode = 0 }: Case): ServiceAccount {
  let now = 1000;
  const record = new RunRecord("fleet", () => now);
  const replicas = baseline.map((state, i) => sampleReplica("api", i + 1, { state }));
  record.fleet(sampleFleet([sampleService("api", { replicas })]));
  record.accepted({ ok: true, units: replicas.map((r) => r.id), services: ["api"], notes: [] } as unknown as Accepted);
  let revision = 1;
  for (const [at, what, index = 1] of steps) {
    now = 1000 + at;
    const event: EngineEvent =
      "phase" in what
        ? { kind: "replicaChanged", replica: sampleReplica("api", index, { state: what }), from: "stopped" }
        : {
            kind: "buildChanged",
            service: "api",
            build: { status: "none", since: 0, lastMs: null, failure: null, ...what },
            cause,
          };
    record.event({ revision: ++revision, at: now, event });
  }
  tell?.(record);
  const [account] = record.account(exitCode, null).services;
  if (account === undefined) throw new Error("no account");
  return account;
}

describe("the record of a run", () => {
  test.each<[string, Case, Partial<ServiceAccount>]>([
    [
      "is ready once its last replica is",
      {
        baseline: [stopped, stopped],
        steps: [
          [100, starting, 1],
          [150, starting, 2],
          [400, ready, 1],
          [900, ready, 2],
        ],
      },
      { outcome: "passed", what: "ready after 0.9s", readyMs: 900, tookMs: 800 },
    ],
    [
      "took what its build and its start took",
      {
        steps: [
          [50, { status: "building" }],
          [250, { status: "testing" }],
          [350, { status: "ok", tests: { passed: 1, failed: 0, skipped: 0, ms: 100 } }],
          [360, starting],
          [500, ready],
        ],
      },
      { outcome: "passed", buildMs: 200, tookMs: 450, tests: { passed: 1, failed: 0, skipped: 0, ms: 100 } },
    ],
    [
      "was ready before",
      { baseline: [ready] },
      { outcome: "passed", what: "was ready before", readyMs: null, tookMs: 0 },
    ],
    [
      "was started anew though it had completed before",
      {
        baseline: [{ phase: "completed" }],
        steps: [
          [10, starting],
          [30, { phase: "completed" }],
        ],
      },
      { outcome: "passed", readyMs: 30 },
    ],
    [
      "crashed and came back: passed, and its log is kept",
      {
        steps: [
          [10, starting],
          [20, { phase: "backoff", retryAt: 5, failure: exited }],
          [30, starting],
          [40, ready],
        ],
      },
      { outcome: "passed", readyMs: 40, troubled: ["api#1"] },
    ],
    [
      "failed, and the story was told",
      { steps: [[10, failed]], tell: (r) => r.failed([sampleStory("api#1", ["no"])]), exitCode: 1 },
      { outcome: "failed", what: "failed: exit 3", kind: "exited", stories: [sampleStory("api#1", ["no"])] },
    ],
    [
      "failed while nobody waited any more",
      { steps: [[10, failed]], exitCode: 5 },
      { outcome: "failed", what: "failed: exit 3", kind: "exited", troubled: ["api#1"] },
    ],
    ["had failed before the run", { baseline: [failed], exitCode: 1 }, { outcome: "skipped" }],
    [
      "has a build that failed while nobody waited any more",
      { steps: [[10, { status: "failed", failure: failedBuild }]], exitCode: 1 },
      { outcome: "failed", kind: "build-failed" },
    ],
    [
      "was late",
      {
        steps: [[10, starting]],
        tell: (r) =>
          r.timedOut([{ target: { name: "api#1", what: "starting", failure: null }, step: null, lines: [] }], 2000),
        exitCode: 124,
      },
      { outcome: "failed", what: "was not ready within 2.0s: starting", kind: "timeout" },
    ],
    [
      "waited for what failed",
      {
        steps: [[10, waiting]],
        tell: (r) =>
          r.failed([
            { target: { name: "api#1", what: "cannot start: it needs db#1", failure: null }, step: null, lines: [] },
          ]),
        exitCode: 1,
      },
      { outcome: "skipped", what: "cannot start: it needs db#1" },
    ],
    ["was interrupted", { steps: [[10, starting]], exitCode: 130 }, { outcome: "interrupted" }],
    ["was given up because of another", { steps: [[10, starting]], exitCode: 1 }, { outcome: "skipped" }],
  ])("a service that %s", (_, given, expected) => {
    expect(accountOf(given)).toMatchObject(expected);
  });

  test("tells of no service before the start was accepted", () => {
    const record = new RunRecord("fleet", () => 5);
    record.say("no, thank you\n");
    expect(record.account(2, "why")).toEqual({
      fleet: "fleet",
      startedAt: 5,
      tookMs: 0,
      exitCode: 2,
      services: [],
      command: null,
      timedOutMs: null,
      end: "why",
      remarks: ["no, thank you"],
    });
  });
});
