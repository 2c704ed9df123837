import { describe, expect, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { isAlive } from "../helpers/processes.ts";
import type { TempFleet } from "../helpers/temp-fleet.ts";
import { dashboardFleet, expectLeft, openDashboard, pids, ps, trioIsReady, waitForFrame } from "./dashboard-screen.ts";
import { fromSource } from "./from-source.ts";

const notice = /The daemon of this fleet is version 0\.0\.0-source; this is version \d+\.\d+\.\d+\./;

/** A fleet that was started by the program of another version, and its daemon's process. */
async function fleetOfAnotherVersion(): Promise<{ fleet: TempFleet; daemon: number; before: Record<string, number> }> {
  const fleet = dashboardFleet();
  expect((await fromSource(fleet, "start")).code).toBe(0);
  const { stdout } = await fromSource(fleet, "ps", "--json");
  const { daemon, services } = JSON.parse(stdout) as PsJson;
  expect(daemon?.version).toBe("0.0.0-source");
  const replicas = services.flatMap((s) => s.replicas);
  expect(replicas).toHaveLength(4);
  return {
    fleet,
    daemon: daemon?.pid as number,
    before: Object.fromEntries(replicas.map(({ id, pid }) => [id, pid as number])),
  };
}

describe("a daemon of another version", () => {
  test("is replaced at a key, and the new one takes over all that runs", async () => {
    const { fleet, daemon, before } = await fleetOfAnotherVersion();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(notice);
    expect(isAlive(daemon)).toBe(true);
    terminal.press("r");
    await terminal.waitFor(trioIsReady);
    await waitForFrame(terminal, 100, 30);
    expect(isAlive(daemon)).toBe(false);
    expect(await pids(fleet)).toEqual(before);
    const { services, ...now } = await ps(fleet);
    expect(now.daemon?.version).not.toBe("0.0.0-source");
    const replicas = services.flatMap((s) => s.replicas);
    expect(replicas.map(({ generation, restarts }) => [generation, restarts])).toEqual(replicas.map(() => [1, 0]));

    // They are its own from now on: it ends them, and starts them again.
    terminal.press("r");
    await terminal.waitFor(/api#1 +╵ ── run 2 ──/);
    await terminal.waitFor(trioIsReady);
    expect((await pids(fleet))["api#1"]).not.toBe(before["api#1"]);
    terminal.press("q");
    await terminal.waitFor("Leave running");
    terminal.press("\r");
    await expectLeft(terminal, 0);
    expect((await ps(fleet)).services).toHaveLength(3);
  });

  test("stays with all that it runs where the user leaves, and what to do is on the terminal after", async () => {
    const { fleet, daemon, before } = await fleetOfAnotherVersion();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(notice);
    terminal.press("q");
    await expectLeft(terminal, 3);
    expect(terminal.text()).toContain("orchestra daemon restart");
    expect([daemon, ...Object.values(before)].every(isAlive)).toBe(true);
  });

  test("that has gone meanwhile is no trouble: the key brings one of this version", async () => {
    const { fleet, daemon, before } = await fleetOfAnotherVersion();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(notice);
    process.kill(daemon, "SIGKILL");
    terminal.press("r");
    await terminal.waitFor(trioIsReady);
    expect(await pids(fleet)).toEqual(before);
  });
});
