import { readdirSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ExitPoll } from "../../../src/engine/drivers/exit-poll.ts";
import { ListenerKeeper } from "../../../src/engine/drivers/listener-keeper.ts";
import { freePort } from "../../helpers/free-port.ts";
import { handClock } from "../../helpers/hand-clock.ts";
import { startProgram } from "../../helpers/processes.ts";
import { program, TestEngine } from "../../helpers/test-engine.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** Pids of the processes that this one holds, as the engine in it does. */
function heldPids(): number[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    const pid = /^\/proc\/(\d+)\/stat$/.exec(linkOf(`/proc/self/fd/${descriptor}`))?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** The children that have said that they listen, oldest first. */
function childrenOf(fleet: TestEngine): number[] {
  return [...fleet.output("api#1").matchAll(/^child (\d+) listens$/gm)].map(([, pid]) => Number(pid));
}

/** The child that the engine holds, which is not one of `others`. */
function heldChild(fleet: TestEngine, others: readonly number[] = []): Promise<number> {
  return waitUntil("a child is held", () => {
    const held = heldPids();
    return childrenOf(fleet).find((pid) => held.includes(pid) && !others.includes(pid)) ?? null;
  });
}

function fleetOf(children: number): Promise<TestEngine> {
  return TestEngine.open(`
services: {api: {dir: ., run: ${program("children-listen.mjs")}, env: {CHILDREN: "${children}"}, port: auto}}
`);
}

describe("a unit without a probe whose child listens, once ready", () => {
  // leader ── child, which listens
  test("is unready when the child dies, and ready again when somebody of it listens", async () => {
    const fleet = await fleetOf(1);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const first = await heldChild(fleet);
    process.kill(first, "SIGKILL");
    await fleet.untilPhase("unready", "api#1");
    const detail = `nothing of it listens on port ${fleet.port("api#1")} any more`;
    expect(fleet.replica("api#1").state).toMatchObject({ failure: { kind: "probe-failed", detail } });
    process.kill(fleet.pid("api#1"), "SIGUSR2");
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1")).toMatchObject({ generation: 1, failure: null });
    process.kill(await heldChild(fleet, [first]), "SIGKILL");
    await fleet.untilPhase("unready", "api#1");
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "unready", "ready", "unready"]);
  });

  // leader ─┬─ child
  //         └─ child, on the same port
  test("stays ready while another child listens, and is unready when the last has died", async () => {
    const fleet = await fleetOf(2);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await waitUntil("both listen", () => childrenOf(fleet).length === 2);
    const first = await heldChild(fleet);
    process.kill(first, "SIGKILL");
    const second = await heldChild(fleet, [first]);
    expect(fleet.phase("api#1")).toBe("ready");
    process.kill(second, "SIGKILL");
    await fleet.untilPhase("unready", "api#1");
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "unready"]);
  });

  test("is watched by the next daemon as well", async () => {
    const fleet = await fleetOf(1);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    await fleet.release();
    await fleet.openEngine();
    await fleet.untilPhase("ready", "api#1");
    expect(fleet.replica("api#1").adopted).toBe(true);
    const first = await heldChild(fleet);
    process.kill(first, "SIGKILL");
    await fleet.untilPhase("unready", "api#1");
    process.kill(fleet.pid("api#1"), "SIGUSR2");
    await fleet.untilPhase("ready", "api#1");
  });

  test("is let go of when it is stopped", async () => {
    const fleet = await fleetOf(1);
    await fleet.start();
    await fleet.untilPhase("ready", "api#1");
    const child = await heldChild(fleet);
    await fleet.stop();
    await fleet.untilPhase("stopped", "api#1");
    expect(heldPids()).not.toContain(child);
    expect(fleet.trail("api#1")).toEqual(["starting", "ready", "stopping", "stopped"]);
  });
});

test("where the leader listens nothing is held, and nothing is looked at any more", async () => {
  const port = await freePort();
  const { child, markers, printed } = startProgram("listens.mjs", { PORT: String(port) });
  await printed("listening on");
  const clock = handClock();
  const lost: number[] = [];
  const target = { leader: child.identity, markers, ports: [port] };
  const stop = new ListenerKeeper(new ExitPoll(clock), clock).keep(target, (ports) => lost.push(...ports));
  clock.advance(60_000);
  expect({ lost, timers: clock.timers(), isHeld: heldPids().includes(child.identity.pid) }).toEqual({
    lost: [],
    timers: 0,
    isHeld: false,
  });
  stop();
  process.kill(child.identity.pid, "SIGKILL");
  await child.exited;
});
