import { describe, expect, test } from "vitest";
import { describeEvent } from "../../src/cli/output/describe-event.ts";
import type { Cause } from "../../src/model/cause.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { BuildState, RerunState, ServiceSnapshot } from "../../src/model/service-snapshot.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";
import { idleService, makeReady, obedientWorld } from "./headless/obedient-world.ts";

const rerun: RerunState = { isOn: true, withTests: false, trouble: null, canGoBack: false };
const built: BuildState = { status: "ok", since: 5, lastMs: 40, failure: null };
const asked: Cause = { kind: "user", verb: "rerun", origin: "cli" };
const saved: Cause = { kind: "file", path: "api/main.go" };

function follower(name: string, change: Partial<ServiceSnapshot> = {}): ServiceSnapshot {
  return sampleService(name, { build: built, rerun, ...change });
}

/** A build of the service, with an event for each step. */
function build(world: CliWorld, service: string, last: Partial<BuildState>): void {
  const begun = { ...built, status: "building", since: 10 } as const;
  world.client.emit({ kind: "buildChanged", service, build: begun, cause: asked });
  world.client.emit({
    kind: "buildChanged",
    service,
    build: { ...built, since: 20, cause: asked, ...last },
    cause: asked,
  });
}

describe("rerun", () => {
  test("waits for the build and for the new generation", async () => {
    const world = new CliWorld(sampleFleet([follower("api")]));
    world.accept("api#1");
    const code = world.run("rerun", "api");
    await world.untilSent(1);
    expect(world.client.commands[0]?.command).toEqual({
      kind: "rerun",
      select: { names: ["api"], except: [] },
      to: "now",
    });
    build(world, "api", {});
    world.change("api#1", { state: { phase: "starting", pid: 9 }, generation: 2 });
    world.change("api#1", { state: { phase: "ready", pid: 9 }, generation: 2 });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/\nreplaced api in \S+\n$/);
  });

  test("of the same program replaces nothing, and says so", async () => {
    const world = new CliWorld(sampleFleet([follower("api"), follower("web")]));
    world.accept("api#1", "web#1");
    const code = world.run("rerun", "--json");
    await world.untilSent(1);
    build(world, "api", { isUnchanged: true });
    build(world, "web", { isUnchanged: true });
    expect(await code).toBe(0);
    expect(world.stderr).toContain("api    built in 40ms, unchanged: nothing restarted\n");
    expect(world.stderr).toMatch(/\nunchanged: api and web, nothing restarted in \S+\n$/);
    expect(JSON.parse(world.stdout)).toMatchObject({ outcome: "done", services: [{ build: { unchanged: true } }, {}] });
  });

  test("tells what was replaced from what was not", async () => {
    const world = new CliWorld(sampleFleet([follower("api"), follower("web")]));
    world.accept("api#1", "web#1");
    const code = world.run("rerun");
    await world.untilSent(1);
    build(world, "api", { isUnchanged: true });
    build(world, "web", {});
    world.change("web#1", { state: { phase: "ready", pid: 9 }, generation: 2 });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/\nreplaced web; unchanged: api in \S+\n$/);
  });

  test("is not taken in by a build before it that changed nothing", async () => {
    const world = new CliWorld(sampleFleet([follower("api", { build: { ...built, isUnchanged: true } })]));
    world.accept("api#1");
    const code = world.run("rerun", "api", "--wait-timeout", "200ms");
    expect(await code).toBe(124);
    expect(world.stderr).toContain("not built yet");
  });

  test("with failing tests ends with 1, and what runs goes on", async () => {
    const world = new CliWorld(sampleFleet([follower("api")]));
    world.accept("api#1");
    const code = world.run("rerun", "api", "--test");
    await world.untilSent(1);
    expect(world.client.commands[0]?.command).toMatchObject({ to: "now", test: true });
    const failure: Failure = {
      kind: "test-failed",
      command: "go test ./...",
      exitCode: 1,
      failed: ["TestSum"],
      output: ["--- FAIL: TestSum", "    sum_test.go:9: 3, want 4"],
      message: "fails 1 of 12 tests: TestSum",
    };
    build(world, "api", { status: "failed", failure });
    expect(await code).toBe(1);
    expect(world.stderr).toContain("api    fails 1 of 12 tests: TestSum\n");
    expect(world.stderr).toContain("sum_test.go:9: 3, want 4");
  });

  test("passes over what is not started", async () => {
    const world = new CliWorld(
      sampleFleet([
        follower("api", { wanted: "stopped", replicas: [sampleReplica("api", 1, { state: { phase: "stopped" } })] }),
      ]),
    );
    world.accept("api#1");
    expect(await world.run("rerun", "api")).toBe(0);
    expect(world.stderr).toBe("nothing to rerun: none of it is started\n");
  });

  test.each([
    [["--on"], { to: "on" }, "rerun is on for all services"],
    [["--on", "--test", "api"], { to: "on", test: true }, "rerun is on for api"],
    [["--off", "--except", "web"], { to: "off" }, "rerun is off for api"],
  ])("%j says how sources are followed, and builds nothing", async (words, command, said) => {
    const world = new CliWorld(sampleFleet([follower("api"), follower("web")]));
    world.accept();
    expect(await world.run("rerun", ...words)).toBe(0);
    expect(world.client.commands[0]?.command).toMatchObject({ kind: "rerun", ...command });
    expect(world.stderr).toBe(`${said}\n`);
  });

  test("--back waits for the program before", async () => {
    const world = new CliWorld(sampleFleet([follower("api", { rerun: { ...rerun, canGoBack: true } })]));
    world.accept("api#1");
    const code = world.run("rerun", "--back", "api");
    await world.untilSent(1);
    expect(world.client.commands[0]?.command).toEqual({ kind: "goBack", select: { names: ["api"], except: [] } });
    world.change("api#1", { state: { phase: "starting", pid: 9 }, generation: 2 });
    world.change("api#1", { state: { phase: "ready", pid: 9 }, generation: 2 });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/\nwent back to the program before with api in \S+\n$/);
  });

  test("--back where nothing is kept says so at once", async () => {
    const world = new CliWorld(sampleFleet([follower("api")]));
    world.client.reply = () => world.accepted(["api#1"], { notes: ["api has no earlier program to go back to"] });
    expect(await world.run("rerun", "--back", "api")).toBe(0);
    expect(world.stderr).toBe("api has no earlier program to go back to\nnothing to go back to\n");
  });

  test.each([
    [["--on", "--off"], "--on and --off do not go together"],
    [["--off", "--test"], "--test does not go with --off"],
    [["--back", "--test", "api"], "--test does not go with --back"],
    [["--back"], "--back takes the names of the services"],
  ])("%j is a mistake", async (words, said) => {
    const world = new CliWorld(sampleFleet([follower("api")]));
    expect(await world.run("rerun", ...words)).toBe(2);
    expect(world.stderr).toContain(said);
    expect(world.client.commands).toEqual([]);
  });
});

test.each([
  [["--rerun"], true],
  [["--no-rerun"], false],
  [["--noreload"], false],
  [[], undefined],
])("start %j asks for %s", async (words, expected) => {
  const world = new CliWorld(sampleFleet([follower("api")]));
  world.accept("api#1");
  expect(await world.run("start", ...words)).toBe(0);
  const { command } = world.client.commands[0] ?? {};
  expect(command?.kind === "start" && command.rerun).toBe(expected);
});

test("start --attach says it as well", async () => {
  const world = obedientWorld([idleService("api")]);
  const code = world.run("start", "--attach", "--no-rerun");
  await world.untilSent(1);
  expect(world.client.commands[0]?.command).toMatchObject({ kind: "start", rerun: false });
  makeReady(world, "api");
  await world.untilStderr("ready after");
  world.interrupt();
  expect(await code).toBe(0);
});

test("why, without names, tells of what cannot be followed", async () => {
  const trouble = "data.txt changes after every restart";
  const world = new CliWorld(sampleFleet([follower("api", { rerun: { ...rerun, trouble } }), follower("web")]));
  expect(await world.run("why")).toBe(0);
  expect(world.stdout).toContain(`api does not follow its sources: ${trouble}\n`);
  expect(world.stdout).not.toContain("web");
});

describe("as lines", () => {
  const before = sampleFleet([follower("api")]);
  const told = (state: Partial<BuildState>, cause: Cause = saved, begun: BuildState["status"] = "building") => {
    const event = { kind: "buildChanged", service: "api", build: { ...built, ...state }, cause } as const;
    const old = { ...before, services: [follower("api", { build: { ...built, status: begun } })] };
    return describeEvent({ revision: 2, at: 0, event }, old)?.text;
  };

  test.each<[Partial<BuildState>, string]>([
    [{ status: "testing" }, "testing (main.go)"],
    [{ lastMs: 1200 }, "built in 1.2s"],
    [{ lastMs: 1200, isUnchanged: true }, "built in 1.2s, unchanged: nothing restarted"],
    [{ tests: { passed: 12, failed: 0, skipped: 1, ms: 300 } }, "built in 40ms, tests 12 ok, 1 skipped in 0.3s"],
    [{ tests: { passed: null, failed: null, skipped: null, ms: 300 } }, "built in 40ms, tests ok in 0.3s"],
  ])("%j is %s", (state, text) => {
    expect(told(state)).toBe(text);
  });

  test("a build that begins says because of which file; what a person asked for is a build and no rerun", () => {
    expect(told({ status: "building" }, saved, "queued")).toBe("rerun main.go");
    expect(told({ status: "building" }, asked, "queued")).toBe("building (rerun)");
  });

  test("a build that was not needed took no time", () => {
    expect(told({ isUnchanged: true }, asked, "queued")).toBe("up to date: nothing restarted");
  });
});
