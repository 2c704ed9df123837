import { describe, expect, test } from "vitest";
import { keys } from "../helpers/real-terminal.ts";
import { dashboardFleet, openDashboard, pids, rowOf, rowsSay, trioIsReady, waitForFrame } from "./dashboard-screen.ts";

describe("the dashboard opens", () => {
  test.each([
    [80, 24],
    [200, 60],
  ] as const)("on a fleet that nobody has started, at %d×%d, and shows it becoming ready", async (columns, rows) => {
    const fleet = dashboardFleet({ copyOf: "tour" });
    const terminal = openDashboard(fleet, [columns, rows]);
    await terminal.waitFor(rowsSay({ migrate: "running", gateway: "waiting for" }));
    await waitForFrame(terminal, columns, rows);
    await terminal.waitFor("· 6 ready · 1 completed");
    await terminal.waitFor(
      rowsSay({
        auditor: "ready 1/1",
        catalog: "ready 1/1",
        flaky: "ready 1/1",
        gateway: "ready 1/1",
        migrate: "completed 1/1",
        orders: "ready 1/1",
        worker: "ready 3/3",
      }),
    );
    await terminal.waitFor(/worker#\d +│ job/);
    await waitForFrame(terminal, columns, rows);
  });

  test.each([
    [80, 24],
    [120, 36],
  ] as const)("without starting anything, at %d×%d, and is exact from the first frame on", async (columns, rows) => {
    const terminal = openDashboard(dashboardFleet(), [columns, rows], ["--no-start"]);
    await terminal.waitFor("No output yet.");
    await terminal.waitFor(rowsSay({ api: "stopped", web: "stopped", worker: "stopped" }));
    await waitForFrame(terminal, columns, rows);
    terminal.press("q");
    expect(await terminal.exited).toMatchObject({ code: 0 });
  });
});

describe("a service of the dashboard", () => {
  test("is selected and restarted, stopped and started, with keys", async () => {
    const fleet = dashboardFleet();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(trioIsReady);
    const before = await pids(fleet);

    terminal.press("j");
    await terminal.waitFor("▸ ● web");
    await terminal.waitFor("│ web ");
    terminal.press("r");
    await terminal.waitFor(/web#1 +╵ ── run 2 ──/);
    await terminal.waitFor(trioIsReady);
    const after = await pids(fleet);
    expect(after["web#1"]).not.toBe(before["web#1"]);
    expect({ ...after, "web#1": 0 }).toEqual({ ...before, "web#1": 0 });

    terminal.press("x");
    await terminal.waitFor(rowsSay({ api: "ready", web: "stopped" }));
    terminal.press("s");
    await terminal.waitFor(trioIsReady);
    await terminal.waitFor(/web#1 +╵ ── run 3 ──/);
    await waitForFrame(terminal, 100, 30);
  });

  test("is scaled up and down", async () => {
    const fleet = dashboardFleet();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(trioIsReady);
    terminal.press("G");
    await terminal.waitFor("▸ ● worker");
    terminal.press("+");
    await terminal.waitFor(rowsSay({ worker: "ready 3/3" }));
    await terminal.waitFor(" #3 ");
    terminal.press("--");
    await terminal.waitFor(rowsSay({ worker: "ready 1/1" }));
    await terminal.waitFor((text) => !text.includes(" #2 "));
    expect(Object.keys(await pids(fleet))).toEqual(["api#1", "web#1", "worker#1"]);
  });

  test("that is killed from outside says so, and comes back", async () => {
    const fleet = dashboardFleet();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(trioIsReady);
    const before = await pids(fleet);
    process.kill(before["api#1"] as number, "SIGKILL");
    await terminal.waitFor(/api#1 +╵ ── run 1 ended: SIGKILL/);
    await terminal.waitFor(/api#1 +╵ ── run 2 ──/);
    await terminal.waitFor(rowsSay({ api: "ready 1/1 1", web: "ready" }));
    expect(rowOf(terminal.text(), "api")).toMatch(/ 1 +\S/);
    await terminal.waitFor(/before: .*SIGKILL/);
    expect((await pids(fleet))["api#1"]).not.toBe(before["api#1"]);
  });
});

test("the keys of the log scroll, wrap, zoom and follow", async () => {
  const crier =
    'for (let i = 1; i <= 300; i += 1) console.log(`line ${i} ${"-".repeat(i === 299 ? 100 : 1)}>`); setInterval(() => {}, 60_000);';
  const fleet = dashboardFleet({ files: { "crier/service.yml": "run: node crier.mjs\n", "crier/crier.mjs": crier } });
  const terminal = openDashboard(fleet, [80, 24]);
  await terminal.waitFor(rowsSay({ crier: "ready" }));
  await terminal.waitFor("line 300 ->");
  expect(terminal.text()).toMatch(/line 299 -+…$/m);
  terminal.press("w");
  await terminal.waitFor(/line 299 -+\n +(│ )?-+>$/m);
  terminal.press("w");
  terminal.press(keys.pageUp);
  await terminal.waitFor(/scrolled ▲ · \d+ below/);
  await terminal.waitFor((text) => !text.includes("line 300"));
  terminal.press(keys.tab);
  terminal.press("g");
  await terminal.waitFor("── run 1 ──");
  await terminal.waitFor(/line 1 ->/);
  terminal.press("z");
  await terminal.waitFor((text) => !text.includes("─ Services"));
  await terminal.waitFor("line 20 ->");
  terminal.press("z ");
  await terminal.waitFor("─ Services");
  await terminal.waitFor("line 300 ->");
  await waitForFrame(terminal, 80, 24);
});

test("the help shows every key and goes away", async () => {
  const terminal = openDashboard(dashboardFleet(), [80, 24]);
  await terminal.waitFor(trioIsReady);
  terminal.press("?");
  await terminal.waitFor("─ Keys ");
  await terminal.waitFor("start the service");
  terminal.press(keys.pageDown.repeat(20));
  await terminal.waitFor("leave; the daemon goes on stopping");
  terminal.press("q");
  await terminal.waitFor(trioIsReady);
  await waitForFrame(terminal, 80, 24);
});
