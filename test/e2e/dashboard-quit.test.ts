import { describe, expect, test } from "vitest";
import { processesOf } from "../helpers/processes-of.ts";
import { keys, type RealTerminal } from "../helpers/real-terminal.ts";
import type { TempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { dashboardFleet, expectLeft, openDashboard, pids, trioIsReady } from "./dashboard-screen.ts";

/** A fleet that this dashboard has started and that is ready. */
async function openReady(): Promise<{ fleet: TempFleet; terminal: RealTerminal }> {
  const fleet = dashboardFleet();
  const terminal = openDashboard(fleet, [100, 30]);
  await terminal.waitFor(trioIsReady);
  return { fleet, terminal };
}

/** Neither a service nor the daemon is left. */
async function expectNothingLeft(fleet: TempFleet): Promise<void> {
  await waitUntil("no process is left", () => processesOf(fleet.env().TEMP_FLEET as string).length === 0);
  expect((await fleet.orchestra(["daemon", "status"])).stdout).toBe(`no daemon runs for ${fleet.root}\n`);
}

describe("quitting the dashboard", () => {
  test("proposes to stop what it started, and stops it and the daemon", async () => {
    const { fleet, terminal } = await openReady();
    terminal.press("q");
    await terminal.waitFor("Stops every service and the daemon.");
    await terminal.waitFor("4 units run.");
    terminal.press(keys.enter);
    await expectLeft(terminal, 0);
    await expectNothingLeft(fleet);
  });

  test("after all was stopped it can be opened again at once", async () => {
    const { fleet, terminal } = await openReady();
    const before = await pids(fleet);
    terminal.press("q");
    await terminal.waitFor("Stops every service and the daemon.");
    terminal.press(keys.enter);
    await expectLeft(terminal, 0);
    const again = openDashboard(fleet, [100, 30]);
    await again.waitFor(trioIsReady);
    expect(Object.values(await pids(fleet))).not.toContain(before["api#1"]);
  });

  test("can leave all running; opened again it shows the same ones and proposes to leave them", async () => {
    const { fleet, terminal } = await openReady();
    const before = await pids(fleet);
    terminal.press("q");
    await terminal.waitFor("Quit fleet");
    terminal.press(keys.right);
    await terminal.waitFor("the services go on.");
    terminal.press(keys.enter);
    await expectLeft(terminal, 0);
    expect(terminal.text()).toContain("left running; look: orchestra ps      end it: orchestra down");
    expect(await pids(fleet)).toEqual(before);

    const again = openDashboard(fleet, [100, 30]);
    await again.waitFor(trioIsReady);
    expect(await pids(fleet)).toEqual(before);
    again.press("q");
    await again.waitFor("the services go on.");
    again.press(keys.enter);
    await expectLeft(again, 0);
    expect(await pids(fleet)).toEqual(before);
  });

  test("can be taken back", async () => {
    const { terminal } = await openReady();
    terminal.press("q");
    await terminal.waitFor("Quit fleet");
    terminal.press(keys.escape);
    await terminal.waitFor((text) => !text.includes("Quit fleet"));
    terminal.press("q");
    await terminal.waitFor("Quit fleet");
    terminal.press(keys.left);
    await terminal.waitFor("Back to the dashboard.");
    terminal.press(keys.enter);
    await terminal.waitFor((text) => !text.includes("Quit fleet"));
    await terminal.waitFor(trioIsReady);
  });

  test("with Ctrl-C proposes to stop all, also what others started; a second one kills", async () => {
    const fleet = dashboardFleet({
      files: { "slow/service.yml": "run: trap '' TERM; echo deaf; while :; do sleep 0.1; done\nstop: {grace: 60s}\n" },
    });
    expect((await fleet.orchestra(["start"])).code).toBe(0);
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor("│ deaf");
    terminal.press(keys.ctrlC);
    await terminal.waitFor("Stops every service and the daemon.");
    terminal.press(keys.enter);
    await terminal.waitFor("Stopping: 1 left");
    await terminal.waitFor(/slow#1 +stopping +SIGKILL in \d+s/);
    terminal.press(keys.ctrlC);
    await expectLeft(terminal, 0);
    await expectNothingLeft(fleet);
  });

  test("with nothing running asks nothing, and takes a daemon along that was only there for it", async () => {
    const fleet = dashboardFleet();
    const terminal = openDashboard(fleet, [100, 30], ["--no-start"]);
    await terminal.waitFor("3 stopped");
    terminal.press("q");
    await expectLeft(terminal, 0);
    await expectNothingLeft(fleet);
  });
});

test.each([
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGINT", 130],
] as const)("%s closes the dashboard and leaves the fleet running", async (signal, code) => {
  const { fleet, terminal } = await openReady();
  const before = await pids(fleet);
  terminal.signal(signal);
  await expectLeft(terminal, code);
  expect(await pids(fleet)).toEqual(before);
});
