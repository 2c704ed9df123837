import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { dashboardFleet, expectLeft, openDashboard, rowsSay, trioIsReady, waitForFrame } from "./dashboard-screen.ts";

const listens = readFileSync(join(import.meta.dirname, "../../fixtures/programs/listens.mjs"), "utf8");

/** A folder for the user's own settings, gone after the test. */
function configHome(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "orchestra-home-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "orchestra"));
  writeFileSync(join(folder, "orchestra/config.yml"), text);
  return folder;
}

describe("mistakes in the config at the start", () => {
  test("are shown in place, and the dashboard comes alive when they are mended", async () => {
    const fleet = dashboardFleet({
      files: { "listens.mjs": listens, "api/service.yml": "run: node ../listens.mjs\nprot: auto\n" },
    });
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor("The config has 1 mistake, so nothing can run.");
    expect(terminal.text()).toContain("api/service.yml:2:1");
    expect(terminal.text()).toMatch(/\^\^\^\^/);
    fleet.write("api/service.yml", "run: node ../listens.mjs\nport: auto\n");
    await terminal.waitFor(rowsSay({ api: "ready 1/1" }));
    await waitForFrame(terminal, 100, 30);
    terminal.press("j");
    terminal.press("x");
    await terminal.waitFor(rowsSay({ api: "stopped 0/1" }));
    terminal.press("q");
    await expectLeft(terminal, 0);
  });

  test("are printed with their places when the user leaves, and that is no success", async () => {
    const fleet = dashboardFleet({ copyOf: "broken-key" });
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor("The config has 2 mistakes");
    terminal.press("q");
    await expectLeft(terminal, 2);
    expect(terminal.text()).toMatch(/api\/service\.yml:\d+:\d+/);
    expect(terminal.text()).toContain("^");
  });
});

describe("where there is no service", () => {
  test("what could be one is proposed, written when told, and started", async () => {
    const fleet = dashboardFleet({
      files: { "web/package.json": '{"scripts": {"start": "sleep 600"}}\n' },
    });
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(/web\/service\.yml/);
    const file = join(fleet.root, "web/service.yml");
    expect(existsSync(file)).toBe(false);
    terminal.press("y");
    await terminal.waitFor(rowsSay({ web: "ready 1/1" }));
    expect(existsSync(file)).toBe(true);
  });

  test("it says what was looked for, and leaving is no success", async () => {
    const fleet = dashboardFleet({ files: { "readme.txt": "" } });
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor("There is nothing to run here yet.");
    terminal.press("\x03");
    await expectLeft(terminal, 2);
    expect(terminal.text()).toContain("there is no service in");
  });
});

describe("the user's own settings", () => {
  test("change keys; what is wrong in them is told and printed by check", async () => {
    const fleet = dashboardFleet();
    const XDG_CONFIG_HOME = configHome("keys:\n  stop: ctrl-x\n  strat: S\n");
    const terminal = fleet.terminal([], { columns: 160, rows: 30, env: { XDG_CONFIG_HOME, FLAKY_AFTER_MS: "600000" } });
    await terminal.waitFor(/config\.yml:3:3 there is no key binding "strat" \(did you mean "start"\?\)/);
    await terminal.waitFor(trioIsReady);
    terminal.press("\x18");
    await terminal.waitFor(/stopped +0\/\d/);
    const { code, stdout } = await fleet.orchestra(["check"], { env: { XDG_CONFIG_HOME } });
    expect(code).toBe(2);
    expect(stdout).toContain('there is no key binding "strat"');
    writeFileSync(join(XDG_CONFIG_HOME, "orchestra/config.yml"), "keys:\n  start: S\n");
    await terminal.waitFor((text) => !text.includes("in your settings"));
    terminal.press("S");
    await terminal.waitFor(trioIsReady);
  });

  test("give the dashboard the mouse, for as long as it is open; function keys need no setting", async () => {
    const fleet = dashboardFleet();
    const XDG_CONFIG_HOME = configHome("mouse: true\n");
    const terminal = fleet.terminal([], { columns: 100, rows: 30, env: { XDG_CONFIG_HOME, FLAKY_AFTER_MS: "600000" } });
    await terminal.waitFor(trioIsReady);
    expect(terminal.modes().mouse).toBe("vt200");
    terminal.press("\x1b[<0;10;6M\x1b[<0;10;6m");
    await terminal.waitFor(/▸ ● worker/);
    terminal.press("\x1b[<64;10;5M");
    await terminal.waitFor(/▸ ● web/);
    terminal.press("\x1b[20~");
    await terminal.waitFor(rowsSay({ web: "stopped 0/1" }));
    terminal.press("\x1b[21~");
    await terminal.waitFor("Leave running");
    terminal.press("\r");
    await expectLeft(terminal, 0);
  });
});

test("a screen reader gets the same as text", async () => {
  const fleet = dashboardFleet();
  const terminal = openDashboard(fleet, [100, 30], ["--screen-reader"]);
  await terminal.waitFor("api: ready, 1 of 1 ready");
  await terminal.waitFor(/Log of All: follow\n.*run 1/);
  expect(terminal.text()).not.toMatch(/[╭│─●▸]/);
  terminal.press("?");
  await terminal.waitFor("Everywhere");
  terminal.press("?");
  terminal.press("q");
  await terminal.waitFor("Leave running");
});
