import { describe, expect, test } from "vitest";
import { keys } from "../helpers/real-terminal.ts";
import { dashboardFleet, openDashboard, rowsSay, trioIsReady, waitForFrame } from "./dashboard-screen.ts";

/** Prints a hundred numbered lines, one of them in red with a title in it, and stays. */
const talker = `
for (let i = 1; i <= 100; i += 1) console.log(i === 42 ? "\\u001b[31mneedle 42\\u001b[0m \\u001b]0;evil\\u0007end" : "straw " + i);
process.on("SIGTERM", () => process.exit(0));
setInterval(() => {}, 1e6);
`;
const talkerFleet = { "talker/service.yml": "run: node talker.mjs\n", "talker/talker.mjs": talker };

describe("the log of the dashboard", () => {
  test("is searched, filtered, selected and copied without borders, prefixes or escape sequences", async () => {
    const fleet = dashboardFleet({ files: talkerFleet });
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(rowsSay({ talker: "ready 1/1" }));
    await terminal.waitFor("straw 100");
    terminal.press(keys.tab);
    terminal.press("/");
    terminal.press(`needle${keys.enter}`);
    await terminal.waitFor("1 of 1");
    await terminal.waitFor("needle 42");

    terminal.press("f");
    await terminal.waitFor((text) => text.includes("needle 42") && !text.includes("straw"));
    terminal.press("c");
    await terminal.waitFor(/copied/i);
    expect(terminal.clipboard()).toBe("needle 42 end\n");
    terminal.press("f");
    await terminal.waitFor("straw 100");
  });

  test("survives a storm of resizes between 40×10 and 200×60 without debris", async () => {
    const fleet = dashboardFleet();
    const terminal = openDashboard(fleet, [100, 30]);
    await terminal.waitFor(trioIsReady);
    const sizes = [
      [40, 10],
      [200, 60],
      [81, 24],
      [120, 11],
      [47, 50],
    ] as const;
    for (let round = 0; round < 30; round++) {
      const [columns, rows] = sizes[round % sizes.length] as readonly [number, number];
      terminal.resize(columns, rows);
      if (round % 7 === 0) await terminal.waitFor("♪");
    }
    for (const [columns, rows] of [
      [120, 36],
      [80, 24],
      [200, 60],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.waitFor(trioIsReady);
      await waitForFrame(terminal, columns, rows);
    }
  });
});
