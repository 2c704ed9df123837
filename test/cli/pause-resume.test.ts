import { describe, expect, test } from "vitest";
import type { CommandRequest } from "../../src/model/command.ts";
import type { UnitState } from "../../src/model/replica.ts";
import { sampleFleet, sampleReplica, sampleService } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

const ready: UnitState = { phase: "ready", pid: 7 };
const paused: UnitState = { phase: "paused", pid: 7 };
const stopped: UnitState = { phase: "stopped" };

function worldOf(...states: [name: string, state: UnitState][]): CliWorld {
  return new CliWorld(
    sampleFleet(states.map(([name, state]) => sampleService(name, { replicas: [sampleReplica(name, 1, { state })] }))),
  );
}

/** Does to the units what the engine would, before it replies. */
function carryOut(world: CliWorld, state: UnitState, ...units: string[]): void {
  world.client.reply = ({ command }: CommandRequest) => {
    const cause = { kind: "user", verb: command.kind, origin: "cli" } as const;
    for (const unit of units) world.change(unit, { state, cause });
    return world.accepted(units);
  };
}

describe("pause", () => {
  test("selects as stop does, and says what it paused", async () => {
    const world = worldOf(["api", ready], ["web", ready], ["db", ready]);
    carryOut(world, paused, "api#1", "web#1");
    expect(await world.run("pause", "api", "web", "--except", "db")).toBe(0);
    const select = { names: ["api", "web"], except: ["db"] };
    expect(world.client.commands).toMatchObject([{ command: { kind: "pause", select }, origin: "cli" }]);
    expect(world.stderr).toMatch(/^api#1 {2}paused \(pause\)\nweb#1 {2}paused \(pause\)\npaused api and web in \S+\n$/);
    expect(world.stdout).toBe("");
  });

  test("waits for what is still being forked", async () => {
    const world = worldOf(["api", { phase: "starting", pid: null }]);
    world.accept("api#1");
    const code = world.run("pause", "api");
    await world.untilSent(1);
    world.change("api#1", { state: paused });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/paused api in \S+\n$/);
  });

  test("what is paused already is said", async () => {
    const world = worldOf(["api", paused]);
    world.accept("api#1");
    expect(await world.run("pause", "api")).toBe(0);
    expect(world.stderr).toBe("already paused: api\n");
  });

  test("what does not run is said, with 0", async () => {
    const world = worldOf(["api", stopped]);
    const note = "nothing to pause of api#1 (stopped)";
    world.client.reply = () => world.accepted([], { notes: [note] });
    expect(await world.run("pause", "api")).toBe(0);
    expect(world.stderr).toBe(`${note}\nnothing was paused\n`);
  });

  test("what the system does not allow, or ended meanwhile, ends with 1", async () => {
    const world = worldOf(["api", ready]);
    world.accept("api#1");
    expect(await world.run("pause", "api")).toBe(1);
    expect(world.stderr).toContain("api#1 is not paused: ready");
  });

  test("--json prints the outcome in the shape of ps", async () => {
    const world = worldOf(["api", ready]);
    carryOut(world, paused, "api#1");
    expect(await world.run("pause", "--json")).toBe(0);
    expect(JSON.parse(world.stdout)).toMatchObject({
      outcome: "done",
      services: [{ name: "api", wanted: "running", replicas: [{ id: "api#1", phase: "paused", pid: 7 }] }],
      waitingFor: [],
    });
  });
});

describe("resume", () => {
  test("waits until all is ready again", async () => {
    const world = worldOf(["api", paused]);
    carryOut(world, { phase: "starting", pid: 7 }, "api#1");
    const code = world.run("resume", "api");
    await world.untilStderr("starting (resume)");
    world.change("api#1", { state: ready });
    expect(await code).toBe(0);
    expect(world.stderr).toMatch(/resumed api in \S+\n$/);
  });

  test("--no-wait returns once they go on", async () => {
    const world = worldOf(["api", paused]);
    carryOut(world, { phase: "starting", pid: 7 }, "api#1");
    expect(await world.run("resume", "--no-wait")).toBe(0);
    expect(world.stderr).toMatch(/resumed api in \S+\n$/);
  });

  test("what does not get ready ends with 124 and is named", async () => {
    const world = worldOf(["api", paused]);
    carryOut(world, { phase: "starting", pid: 7 }, "api#1");
    expect(await world.run("resume", "--wait-timeout", "50ms")).toBe(124);
    expect(world.stderr).toContain("still waiting for\n  api#1 starting\n");
  });

  test("where nothing is paused, it says so", async () => {
    const world = worldOf(["api", ready]);
    expect(await world.run("resume")).toBe(0);
    expect(world.stderr).toBe("nothing was resumed: nothing of it is paused\n");
  });
});

test.each(["pause", "resume"])("%s starts no daemon where nothing runs, and ends with 0", async (verb) => {
  const world = new CliWorld(sampleFleet([]), { hasDaemon: false });
  expect(await world.run(verb)).toBe(0);
  expect(world.stderr).toBe(`nothing runs in ${world.root}\n`);
  expect(world.startedDaemons).toBe(0);
});

test("ps shows what is paused, and wait does not take it for ready", async () => {
  const world = worldOf(["api", paused]);
  expect(await world.run("ps")).toBe(0);
  expect(world.stdout).toMatch(/^api#1\s+paused\s/m);
  expect(await world.run("wait", "api=started", "--timeout", "50ms")).toBe(0);
  expect(await world.run("wait", "api", "--timeout", "50ms")).toBe(124);
  expect(world.stderr).toContain("api#1 paused");
});
