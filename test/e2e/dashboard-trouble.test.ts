import { describe, expect, test } from "vitest";
import type { RealTerminal } from "../helpers/real-terminal.ts";
import { describeWith } from "../helpers/require.ts";
import type { TempFleet } from "../helpers/temp-fleet.ts";
import {
  dashboardFleet,
  expectLeft,
  openDashboard,
  pids,
  ps,
  rowsSay,
  trioIsReady,
  waitForFrame,
} from "./dashboard-screen.ts";

/** A dashboard on a fleet that is ready, and who runs in it. */
async function openReady(): Promise<{ fleet: TempFleet; terminal: RealTerminal; before: Record<string, number> }> {
  const fleet = dashboardFleet();
  const terminal = openDashboard(fleet, [100, 30]);
  await terminal.waitFor(trioIsReady);
  return { fleet, terminal, before: await pids(fleet) };
}

async function killDaemon(fleet: TempFleet): Promise<void> {
  const { daemon } = await ps(fleet);
  process.kill(daemon?.pid as number, "SIGKILL");
}

describe("when the daemon is killed", () => {
  test("the dashboard says so, and goes on by itself when there is one again", async () => {
    const { fleet, terminal, before } = await openReady();
    await killDaemon(fleet);
    await terminal.waitFor(/daemon gone since \d\d:\d\d:\d\d/);
    expect(terminal.text()).toMatch(/api +ready/);

    await terminal.waitFor("A new one takes it over: orchestra daemon restart");
    await terminal.waitFor("D new daemon");
    expect((await fleet.orchestra(["daemon", "restart"])).code).toBe(0);
    await terminal.waitFor((text) => !/daemon gone|no daemon runs/.test(text));
    await terminal.waitFor(trioIsReady);
    expect(await pids(fleet)).toEqual(before);
    terminal.press("r");
    await terminal.waitFor(/api#1 +╵ ── run 2 ──/);
    await terminal.waitFor(trioIsReady);
    await waitForFrame(terminal, 100, 30);
  });

  test("a key starts a new one", async () => {
    const { fleet, terminal, before } = await openReady();
    await killDaemon(fleet);
    await terminal.waitFor("D new daemon");
    terminal.press("D");
    await terminal.waitFor((text) => !/daemon gone|D new daemon/.test(text));
    await terminal.waitFor(trioIsReady);
    expect(await pids(fleet)).toEqual(before);
  });

  test("the dashboard can be left at once, and the services live", async () => {
    const { fleet, terminal, before } = await openReady();
    await killDaemon(fleet);
    await terminal.waitFor("daemon gone");
    terminal.press("q");
    await expectLeft(terminal, 0);
    expect((await fleet.orchestra(["start"])).code).toBe(0);
    expect(await pids(fleet)).toEqual(before);
  });
});

describe("a mistake in the config", () => {
  test("while all runs is told, and what runs goes on", async () => {
    const { fleet, terminal, before } = await openReady();
    fleet.write("web/service.yml", "run: node ../listens.mjs\nprot: auto\n");
    terminal.press("r");
    await terminal.waitFor(/1 mistake in the config +web\/service\.yml:2:1 /);
    expect(await pids(fleet)).toEqual(before);
    fleet.write("web/service.yml", "run: node ../listens.mjs\nport: auto\ndepends_on: [api]\n");
    terminal.press("r");
    await terminal.waitFor((text) => !text.includes("1 mistake"));
    await terminal.waitFor(/api#1 +╵ ── run 2 ──/);
    await terminal.waitFor(trioIsReady);
  });
});

test("a terminal that is too small says so in one line, and quits well", async () => {
  const fleet = dashboardFleet();
  const terminal = openDashboard(fleet, [10, 4]);
  await terminal.waitFor((text) => text === "Too small…");
  terminal.resize(80, 24);
  await terminal.waitFor(trioIsReady);
  await waitForFrame(terminal, 80, 24);
  terminal.resize(10, 4);
  await terminal.waitFor((text) => text === "Too small…");
  terminal.press("q");
  terminal.press("\r");
  await expectLeft(terminal, 0);
});

describeWith("go", "the shop", () => {
  test("is built and ready; what does not build leaves what runs alone", async () => {
    const fleet = dashboardFleet({ copyOf: "shop" });
    const terminal = openDashboard(fleet, [120, 36]);
    await terminal.waitFor(/catalog .*building/);
    const ready = { carts: "ready 1/1", catalog: "ready 1/1", gateway: "ready 1/1", orders: "ready 1/1" };
    await terminal.waitFor(rowsSay(ready), { limitMs: 80_000 });
    await terminal.waitFor(/postgres +waiting .*redis +waiting /s);
    await waitForFrame(terminal, 120, 36);
    const before = await pids(fleet);
    fleet.write("catalog/main.go", "package main\n\nfunc main() { nonsense }\n");
    terminal.press("j");
    await terminal.waitFor(/▸ \S+ catalog/);
    terminal.press("R");
    const broken = /✗ catalog .*undefined: nonsense +the old one still runs/;
    await terminal.waitFor(broken, { limitMs: 60_000 });
    await terminal.waitFor(rowsSay({ catalog: "ready 1/1" }));
    await terminal.waitFor("4 ready · 1 stopped · 1 broken build");
    expect(await pids(fleet)).toEqual(before);
    await waitForFrame(terminal, 120, 36);
  });
});
