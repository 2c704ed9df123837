import { expect, test } from "vitest";
import { chaosServices } from "../../scripts/chaos/chaos-fleet.ts";
import { unrestOf } from "../../scripts/chaos/unrest.ts";
import type { ReplicaSnapshot, UnitState } from "../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";

const services = chaosServices({ isSmall: false, port: 4000 });
const now = 100_000;

function service(name: string, state: UnitState, change: Partial<ServiceSnapshot> = {}, since = now): ServiceSnapshot {
  const replica: Partial<ReplicaSnapshot> = { state, since };
  return sampleService(name, { replicas: [sampleReplica(name, 1, replica)], ...change });
}

const ready: UnitState = { phase: "ready", pid: 1 };
const starting: UnitState = { phase: "starting", pid: 1 };
const stopped: UnitState = { phase: "stopped" };
const failed: UnitState = { phase: "failed", failure: { kind: "exit-unknown", message: "ended unseen" } };
const waitingFor = (name: string): UnitState => ({
  phase: "waiting",
  blockers: [{ kind: "dependency", name, condition: "ready", now: "stopped" }],
});
const backoff: UnitState = { phase: "backoff", retryAt: 0, failure: { kind: "exited", code: 1, message: "exit 1" } };
const unwanted = { wanted: "stopped" } as const;

test.each<[string, ServiceSnapshot[], boolean]>([
  ["all are ready", [service("db", ready)], true],
  ["one starts", [service("db", starting)], false],
  ["one that is not wanted still runs", [service("db", ready, unwanted)], false],
  ["one that is not wanted is stopped", [service("db", stopped, unwanted)], true],
  ["one that is wanted was stopped by name", [service("db", stopped)], true],
  ["a replica is still to come", [service("herd", ready, { scale: 2 })], false],
  [
    "one builds",
    [service("built", ready, { build: { status: "building", since: 0, lastMs: null, failure: null } })],
    false,
  ],
  ["one failed", [service("db", failed)], false],
  ["a oneshot failed", [service("once", failed, { oneshot: true })], true],
  ["one waits for what is not wanted", [service("db", stopped, unwanted), service("api", waitingFor("db"))], true],
  ["one waits for what is on its way", [service("db", starting), service("api", waitingFor("db"))], false],
  [
    "one waits for a port",
    [service("api", { phase: "waiting", blockers: [{ kind: "port", port: 1, holder: null }] })],
    false,
  ],
  ["one that crashes again and again does so", [service("crasher", backoff)], true],
  ["one that crashes again and again is not wanted", [service("crasher", backoff, unwanted)], false],
  ["one whose port holder may have died has just started", [service("proxy", starting)], false],
  ["one whose port holder must have died started long ago", [service("proxy", starting, {}, 0)], true],
])("where %s", (_, fleet, isAtRest) => {
  expect(unrestOf(sampleFleet(fleet), services, now).length === 0).toBe(isAtRest);
});
