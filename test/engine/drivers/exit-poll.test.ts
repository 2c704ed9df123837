import { describe, expect, test } from "vitest";
import { ExitPoll } from "../../../src/engine/drivers/exit-poll.ts";
import { HeldProcess } from "../../../src/engine/process/identity.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { startProgram } from "../../helpers/processes.ts";

/** A running program and a hold on it, as on one that an earlier daemon started. */
async function held(): Promise<{ held: HeldProcess; kill(): Promise<unknown> }> {
  const { child, printed } = startProgram("never-binds.sh");
  await printed("started");
  const hold = HeldProcess.hold(child.identity);
  if (hold === null) throw new Error("it has ended already");
  const kill = (): Promise<unknown> => {
    process.kill(child.identity.pid, "SIGKILL");
    return child.exited;
  };
  return { held: hold, kill };
}

describe("the end of a process that is not our child", () => {
  test("is noticed by looking more often than twice a second, and its status is unknown", async () => {
    const one = await held();
    const pauses: number[] = [];
    const clock: Clock = {
      now: () => systemClock.now(),
      after: (ms, fn) => {
        pauses.push(ms);
        return systemClock.after(ms, fn);
      },
    };
    const { exited } = new ExitPoll(clock).watch(one.held);
    await one.kill();
    expect(await exited).toEqual({ kind: "unknown" });
    expect(Math.max(...pauses)).toBeLessThan(500);
  });

  test("is told at once to who looks, and only then", async () => {
    const one = await held();
    const poll = new ExitPoll({ now: () => Date.now(), after: () => () => {} });
    const { exited, check } = poll.watch(one.held);
    let isTold = false;
    void exited.then(() => {
      isTold = true;
    });
    check();
    await Promise.resolve();
    expect(isTold).toBe(false);
    await one.kill();
    check();
    expect(await exited).toEqual({ kind: "unknown" });
  });

  test("costs no timer while nobody is watched", async () => {
    let timers = 0;
    const poll = new ExitPoll({
      now: () => Date.now(),
      after: () => {
        timers++;
        return () => {};
      },
    });
    expect(timers).toBe(0);
    const one = await held();
    poll.watch(one.held).cancel();
    expect(timers).toBe(1);
    expect(one.held.isAlive()).toBe(false);
    await one.kill();
  });
});
