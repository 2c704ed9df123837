import { describe, expect, test } from "vitest";
import type { ReplicaSnapshot } from "../../../../src/model/replica.ts";
import type { ServiceSnapshot } from "../../../../src/model/service-snapshot.ts";
import { selectionSpans } from "../../../../src/ui/panes/services/selection-spans.ts";
import { lastText, portText, stateText } from "../../../../src/ui/panes/services/service-texts.ts";
import { sparkline } from "../../../../src/ui/panes/services/sparkline.ts";
import { cpuText, memoryText } from "../../../../src/ui/panes/services/usage-text.ts";
import { themeFor } from "../../../../src/ui/theme/theme.ts";
import { sampleReplica, sampleService } from "../../../helpers/fleet-samples.ts";

const now = Date.parse("2026-01-01T10:20:30.000Z");
const failure = { kind: "exited", code: 1, message: "exited with code 1", hint: "see its log" } as const;

function service(replica: Partial<ReplicaSnapshot>, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return sampleService("api", { replicas: [sampleReplica("api", 1, { since: now - 5000, ...replica })], ...change });
}

const dependency = (name: string) => ({ kind: "dependency", name, condition: "ready", now: "starting" }) as const;
const building = { status: "building", since: now - 2000, lastMs: 3400, failure: null } as const;
const backoff = service({ state: { phase: "backoff", retryAt: now + 2500, failure }, failure });
const stopping = service({
  state: { phase: "stopping", pid: 1, exit: null, killAt: now + 4000, next: "rest" },
});

describe("the state", () => {
  test.each<[service: ServiceSnapshot, text: string]>([
    [service({}), "ready"],
    [service({}, { build: building }), "building 2s/3s"],
    [service({}, { build: { ...building, lastMs: null } }), "building 2s"],
    [service({}, { build: { ...building, status: "testing", lastMs: 75_000 } }), "testing 2s"],
    [service({}, { build: { ...building, status: "testing", lastTestMs: 12_000 } }), "testing 2s/12s"],
    [service({}, { build: { ...building, lastMs: 40 } }), "building 2s/1s"],
    [backoff, "backoff 3s"],
    [stopping, "stopping 4s"],
    [service({ state: { phase: "stopping", pid: 1, exit: null, killAt: null, next: "rest" } }), "stopping 5s"],
    [service({ state: { phase: "stopping", pid: 1, exit: null, killAt: now - 2000, next: "rest" } }), "killing 2s"],
    [service({ state: { phase: "starting", pid: 1 } }), "starting 5s"],
    [service({ state: { phase: "starting", pid: 1 } }, { oneshot: true }), "running 5s"],
    [service({ state: { phase: "waiting", blockers: [] } }), "waiting"],
    [service({ state: { phase: "waiting", blockers: [dependency("db")] } }), "waiting for db"],
    [service({ state: { phase: "waiting", blockers: [dependency("db"), dependency("mq")] } }), "waiting for db +1"],
    [service({ state: { phase: "waiting", blockers: [{ kind: "build", status: "queued" }] } }), "waiting for build"],
    [
      service({ state: { phase: "waiting", blockers: [{ kind: "port", port: 8082, holder: null }] } }),
      "waiting for port 8082",
    ],
    [service({ state: { phase: "failed", failure } }), "failed"],
    [service({ state: { phase: "paused", pid: 1 } }), "paused"],
    [sampleService("api", { replicas: [] }), "stopped"],
  ])("%# is %s", (one, text) => {
    expect(stateText(one, now)).toBe(text);
  });
});

test.each<[ports: Record<string, number>[], text: string]>([
  [[], "none"],
  [[{ http: 8080 }], "8080"],
  [[{ http: 8080 }, { http: 8081 }], "8080 +1"],
  [
    [
      { http: 8080, grpc: 9090 },
      { http: 8081, grpc: 9091 },
    ],
    "8080 +3",
  ],
])("ports %j are %s", (ports, text) => {
  const replicas = ports.map((p, i) => sampleReplica("api", i + 1, { ports: p }));
  expect(portText(sampleService("api", { replicas }), "none")).toBe(text);
});

test.each<[service: ServiceSnapshot, text: string]>([
  [service({ cause: { kind: "exit", status: { kind: "code", code: 1 } } }), "exit 1"],
  [service({ cause: { kind: "file", path: "/home/you/main.go" } }), "main.go"],
  [service({ state: { phase: "waiting", blockers: [dependency("db")] } }), "5s for db ready"],
  [service({}, { build: { ...building, status: "failed" } }), "build failed"],
  [sampleService("api", { replicas: [] }), ""],
])("what happened last: %#", (one, text) => {
  expect(lastText(one, now)).toBe(text);
});

describe("the line about the selected service", () => {
  const db = { ...backoff, name: "db" };
  const line = (one: ServiceSnapshot) =>
    selectionSpans(one, [one, db], now, themeFor({}))
      .map((s) => s.text)
      .join("");

  test.each<[service: ServiceSnapshot, text: string]>([
    [service({}), " › api ./api"],
    [backoff, " ✗ api exited with code 1  again in 3s  see its log"],
    [stopping, " › api is stopping, SIGKILL in 4s"],
    [service({}, { build: building }), " › api building 2s/3s, against the last one  the old one still runs"],
    [service({ state: { phase: "starting", pid: 1 } }), " › api starting for 5s"],
    [
      service({ state: { phase: "waiting", blockers: [dependency("db")] } }),
      " › api waits 5s for db to be ready (now starting); db: again in 3s",
    ],
    [
      service({ state: { phase: "waiting", blockers: [{ kind: "build", status: "queued" }] } }),
      " › api waits 5s for its build (queued)",
    ],
    [
      service({ state: { phase: "stopping", pid: 1, exit: null, killAt: null, next: "rest" } }),
      " › api is stopping, for 5s",
    ],
    [
      service({ state: { phase: "stopping", pid: 1, exit: null, killAt: now - 2000, next: "rest" } }),
      " › api is stopping, SIGKILL 2s ago",
    ],
    [service({ failure }), " › api ./api  before: exited with code 1"],
  ])("%#: %s", (one, text) => {
    expect(line(one)).toBe(text);
  });
});

test.each([
  [0, "0.0%"],
  [0.003, "0.3%"],
  [0.0994, "9.9%"],
  [0.0996, "10%"],
  [1.5, "150%"],
  [64, "6400%"],
])("%d cores are %s", (cores, text) => {
  expect(cpuText(cores)).toBe(text);
});

test.each([
  [0, "0K"],
  [640 * 1024, "640K"],
  [18 * 1024 ** 2, "18M"],
  [999 * 1024 ** 2, "999M"],
  [1000 * 1024 ** 2, "1.0G"],
  [1.25 * 1024 ** 3, "1.3G"],
  [120 * 1024 ** 3, "120G"],
])("%d bytes are %s", (bytes, text) => {
  expect(memoryText(bytes)).toBe(text);
});

describe("the picture of the last minute", () => {
  const bars = ["0", "1", "2", "3", "4"];

  test("ends at the right and reaches the highest bar", () => {
    expect(sparkline([0, 0.5, 1], 2, 6, 6, bars)).toBe("   024");
  });

  test("shows no noise as work", () => {
    expect(sparkline([0, 0.001, 0.0], 2, 3, 3, bars)).toBe("010");
  });

  test("moves on by whole bars that do not change", () => {
    const history = Array.from({ length: 90 }, (_, i) => (i % 7 === 0 ? 1 : 0.25));
    const at = (count: number) => sparkline(history.slice(Math.max(0, count - 60), count), count - 1, 20, 60, bars);
    for (let count = 63; count < 88; count += 3)
      expect(at(count + 3).slice(0, -1), `${count}`).toBe(at(count).slice(1));
  });

  test("is never wider than its room", () => {
    for (let count = 0; count <= 60; count += 1) {
      for (const width of [1, 7, 20, 60]) {
        expect(sparkline(Array(count).fill(1), 100, width, 60, bars).length).toBe(width);
      }
    }
  });
});
