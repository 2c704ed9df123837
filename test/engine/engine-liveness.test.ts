import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { program, TestEngine } from "../helpers/test-engine.ts";

/** Checks often; three in a row that take half a second each are no accident of a busy machine. */
const live = "live: {http: /livez, interval: 50ms, timeout: 500ms, failure_threshold: 3}";
const hangs = `run: ${program("hangs.mjs")}, port: auto, ready: {http: /healthz}, ${live}`;

/** Makes the program hang; it is never answered. */
function hang(fleet: TestEngine, unit: string): void {
  request({ host: "127.0.0.1", port: fleet.port(unit), path: "/hang", agent: false })
    .on("error", () => {})
    .end();
}

describe("a service that hangs", () => {
  test("is ended and started again, and it is said which probe failed and how", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${hangs}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const probe = `liveness GET /livez on port ${fleet.port("api#1")}`;
    hang(fleet, "api#1");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "stopping", "backoff", "starting", "ready"]);
    const failed = { kind: "probe-failed", probe, detail: expect.stringMatching(/^timed out after/) };
    const stopping = fleet.eventsOf("replicaChanged").find((e) => e.replica.state.phase === "stopping");
    expect(stopping?.replica).toMatchObject({ failure: failed, cause: { kind: "probe", probe } });
    expect(fleet.replica("api#1")).toMatchObject({ restarts: 1, failure: failed });
    expect(fleet.replica("api#1").failure?.message).toMatch(`${probe}: timed out after`);
  });

  test("and is deaf to the stop signal is killed after its grace period", async () => {
    const fleet = await TestEngine.open(`
services: {api: {dir: ., ${hangs}, env: {TRAPS: "1"}, stop: {grace: 200ms}}}
`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    hang(fleet, "api#1");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.eventsOf("replicaExited")).toMatchObject([{ status: { kind: "signal", signal: "SIGKILL" } }]);
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "probe-failed" });
  });

  test("stays down where its policy says so", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${hangs}, restart: never}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    hang(fleet, "api#1");
    await fleet.untilPhase("failed", "api#1");
    expect(fleet.replica("api#1").state).toMatchObject({ failure: { kind: "probe-failed" } });
  });

  test("is noticed in an adopted process too", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${hangs}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    hang(fleet, "api#1");
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.replica("api#1").failure).toMatchObject({ kind: "probe-failed" });
  });

  test("is noticed by a daemon that never saw it answer", async () => {
    const fleet = await TestEngine.open(`services: {api: {dir: ., ${hangs}}}`);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    hang(fleet, "api#1");
    await fleet.openEngine();
    await fleet.untilGeneration("api#1", 2);
    expect(fleet.replica("api#1").failure).toMatchObject({ probe: expect.stringMatching(/^liveness /) });
  });
});

test("liveness does not count before a generation was ready", async () => {
  const fleet = await TestEngine.open(
    `
services:
  api:
    dir: .
    run: ${program("never-binds.sh")}
    ready: {exec: test -e up, interval: 20ms}
    live: {exec: test -e live, interval: 20ms, failure_threshold: 1}
  clock: {dir: ., run: ${program("never-binds.sh")}}
`,
  );
  await fleet.start();
  await fleet.untilForked("api#1");
  // A second, in which it would have failed many times.
  await fleet.untilPhase("ready", "clock#1");
  expect(fleet.trail("api#1")).toEqual(["starting"]);
  fleet.write("up", "");
  await fleet.untilGeneration("api#1", 2);
  expect(fleet.trail("api#1").slice(0, 4)).toEqual(["starting", "ready", "stopping", "backoff"]);
  expect(fleet.replica("api#1").failure).toMatchObject({ probe: "liveness exec test -e live" });
});
