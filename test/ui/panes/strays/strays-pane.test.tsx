import { describe, expect, test } from "vitest";
import type { FleetSnapshot } from "../../../../src/model/snapshot.ts";
import type { Stray } from "../../../../src/model/stray.ts";
import { displayWidth } from "../../../../src/ui/text/display-width.ts";
import { type DrawnDashboard, drawDashboard } from "../../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../../helpers/fake-client.ts";
import {
  sampleFleet,
  sampleLine,
  sampleReplica,
  sampleService,
  sampleStray,
  sampleStrayContainer,
} from "../../../helpers/fleet-samples.ts";

type Size = [columns: number, rows: number];

const sizes: Size[] = [
  [120, 36],
  [80, 24],
  [40, 10],
];
const traced = { tracer: { pid: 900, command: "dlv exec ./orders" }, pids: [4711, 4712] };
const longCommand = `node --inspect ${"--option=of-some-length ".repeat(20)}server.js`;
const hostile = "\u001b[2J\u001b]0;owned\u0007evil\r\nline\u009b31m \u202e";

function shop(strays: Stray[]): FleetSnapshot {
  const blockers = [{ kind: "strays" as const, strays: strays.map(({ pid, command }) => ({ pid, command })) }];
  const orders = sampleReplica("orders", 1, { state: { phase: "waiting", blockers } });
  return sampleFleet([sampleService("orders", { replicas: [orders] }), sampleService("web")], { strays });
}

function open(
  strays: Stray[],
  size: Size = [120, 36],
  change: Partial<Parameters<typeof drawDashboard>[1]> = {},
): DrawnDashboard {
  return drawDashboard(new FakeClient(shop(strays)), { size, ...change });
}

function expectFits({ screen }: DrawnDashboard, [columns, rows]: Size): void {
  expect(screen.rows()).toHaveLength(rows);
  for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
}

describe.each(sizes)("the strays at %d×%d", (columns, rows) => {
  const size: Size = [columns, rows];

  test("fill the screen exactly, whatever is in the list", async () => {
    for (const strays of [
      [],
      [sampleStray(4711, traced)],
      [sampleStray(4711, { command: longCommand })],
      [sampleStray(4711, { command: `日本語 ${"語".repeat(200)}` })],
      Array.from({ length: 30 }, (_, i) => sampleStray(5000 + i)),
    ]) {
      const drawn = open(strays, size);
      await drawn.screen.until("orders");
      const last = strays.at(-1)?.pid ?? 0;
      const steps: [keys: string, shown: string | RegExp][] = [
        ["3", "Strays ─"],
        ["G", strays.length === 0 ? "No strays" : `pid ${last} of orders`],
        [" ", "Strays ─"],
        ["x", strays.length === 0 ? "No strays" : `Stop pid ${last} of orders?`],
        ["n", /^(?![\s\S]*Stop pid)/],
        ["?", "Keys ─"],
        ["\u001b", "Services"],
      ];
      for (const [keys, shown] of steps) {
        drawn.screen.press(keys);
        await drawn.screen.until(shown);
        expectFits(drawn, size);
      }
    }
  });

  test("a container is shown by its name, with its image, and is asked about by that", async () => {
    const drawn = open([sampleStrayContainer("shop-postgres")], size);
    await drawn.screen.until("orders");
    drawn.screen.press("3");
    await drawn.screen.until("container shop-postgres of postgres");
    expectFits(drawn, size);
    if (rows > 20) expect(drawn.screen.text()).toMatch(/image +postgres:16/);
    expect(drawn.screen.text()).not.toMatch(/parent|orphan/);
    drawn.screen.press("x");
    await drawn.screen.until("Stop container shop-postgres");
    expectFits(drawn, size);
    drawn.screen.press("n");
  });

  test("an empty list says so", async () => {
    const { screen } = open([], size);
    await screen.until("orders");
    screen.press("3");
    await screen.until(/No strays: nothing of this fleet/);
    expect(screen.text()).not.toContain("0/0");
    if (columns > 40) expect(screen.text()).toMatch(/esc back/);
  });

  test("one is shown with its evidence, and with the keys", async () => {
    const { screen } = open([sampleStray(4711)], size);
    await screen.until("orders");
    screen.press("3");
    const text = await screen.until(/▸ +4711 +orders +waits for you/);
    expect(text).toContain("── pid 4711 of orders");
    expect(text).toContain("a adopt");
    expect(text).toContain("x stop");
    if (columns > 40) expect(text).toContain("i ignore");
    let all = text;
    for (const page of rows > 10 ? [] : ["rows 5-9 of 10", "rows 6-10 of 10"]) {
      screen.press(" ");
      all += await screen.until(page);
    }
    for (const row of [
      /command +\.\/orders --verbose/,
      /program +\/home\/you\/shop\/orders\/ord/,
      /folder +\/home\/you\/shop\/orders/,
      /parent +-zsh \(pid 811\)/,
      /why +its program is orders\/orde/,
      /│ +it runs in orders/,
      /listens +8082/,
    ]) {
      expect(all).toMatch(row);
    }
  });

  test("the services say that a person is asked, and which key answers", async () => {
    const { screen } = open([sampleStray(4711)], size);
    const text = await screen.until("press 3");
    expect(text).toContain(columns > 40 ? "✗ pid 4711 may be orders already: press 3" : "✗ strays of orders: press 3");
    expect(text).toMatch(columns > 40 ? /orders +waiting for you/ : /orders +waiting for…/);
    screen.press("3");
    await screen.until("pid 4711 of orders");
    expect(screen.text()).not.toContain("press 3");
  });
});

describe("the list", () => {
  const many = Array.from({ length: 40 }, (_, i) =>
    sampleStray(5001 + i, {
      standing: i === 1 ? "ignored" : i === 2 ? "stopping" : "asked",
      ports: i === 0 ? [1, 2] : [],
    }),
  );

  test("scrolls with the selection, and says where in it that is", async () => {
    const { screen } = open(many);
    await screen.until("38 processes may be orders already: press 3");
    screen.press("3");
    const text = await screen.until(/╭─ Strays ─.* 1\/40/);
    expect(text).toMatch(/PID +SERVICE +STATE +AGE +PORT +COMMAND/);
    expect(text).toMatch(/▸ +5001 +orders +waits for you +1h0[01]m +1 \+1 +\.\/orders --verbose/);
    expect(text).toMatch(/ {2}5002 +orders +left alone +1h0[01]m +– /);
    expect(text).toMatch(/ {2}5003 +orders +stopping/);
    screen.press("G");
    await screen.until(/▸ +5040[\s\S]*pid 5040 of orders/);
    expect(screen.text()).toContain("40/40");
  });

  test("shows what comes and goes", async () => {
    const { client, screen } = open([sampleStray(4711)]);
    await screen.until("orders");
    screen.press("3");
    await screen.until("pid 4711 of orders");
    client.emit({ kind: "straysChanged", strays: [sampleStray(4800, { service: "web" })] });
    await screen.until((t) => t.includes("pid 4800 of web") && !t.includes("4711"));
    client.emit({ kind: "straysChanged", strays: [] });
    await screen.until("No strays");
  });

  test("says that it is looking until it has looked, and why where it cannot", async () => {
    const { client, screen } = open([]);
    await screen.until("orders");
    const look = Promise.withResolvers<Stray[]>();
    client.findStrays = () => look.promise;
    screen.press("3");
    await screen.until("looking…");
    look.reject(new Error("the daemon ended"));
    await screen.until((t) => t.includes("the daemon ended") && t.includes("No strays"));
  });

  test("what keeps one from being touched stands out in the evidence", async () => {
    const { screen } = open([sampleStray(4711, { ...traced, isForeignUser: true, parent: null, cwd: null })]);
    await screen.until("orders");
    screen.press("3");
    const text = await screen.until("pid 4711 of orders");
    expect(text).toMatch(/also +pid 4712/);
    expect(text).toMatch(/parent +gone: it is an orphan/);
    expect(text).toMatch(/debugger +dlv exec \.\/orders \(pid 900\), so it is stopped only when told to/);
    expect(text).toMatch(/user +another one's: it can be neither stopped nor adopted/);
  });

  test("long command lines are wrapped in the evidence, to the last word", async () => {
    const { screen } = open([sampleStray(4711, { command: longCommand })], [80, 24]);
    await screen.until("orders");
    screen.press("3");
    const text = await screen.until(/command +node --inspect/);
    const shown = text
      .slice(text.search(/command +node/) + 10, text.search(/program +\//))
      .replaceAll(/[│\n]\s*/g, "")
      .trim();
    expect(shown.replaceAll(" ", "")).toBe(longCommand.replaceAll(" ", ""));
  });

  test("no escape sequence of a command line reaches the terminal", async () => {
    const strays = [
      sampleStray(4711, {
        command: hostile,
        cwd: hostile,
        executable: hostile,
        parent: { pid: 1, command: hostile },
        tracer: { pid: 2, command: hostile },
        evidence: [hostile],
      }),
    ];
    const drawn = open(strays);
    const { screen } = drawn;
    await screen.until("press 3");
    for (const keys of ["", "3", "x", "n", "\u001b", "\r"]) {
      screen.press(keys);
      expect(screen.raw()).not.toMatch(/\u001b(?!\[[\d;]*m)|[\u0000-\u0009\u000b-\u001a\u007f-\u009f\u202e]/);
      expectFits(drawn, [120, 36]);
    }
    expect(screen.text()).toContain("evil");
  });
});

describe("deciding", () => {
  test("stop asks, says of what, and is sent after a yes", async () => {
    const { client, screen } = open([sampleStray(4711, traced)]);
    await screen.until("orders");
    screen.press("3");
    await screen.until("pid 4711 of orders");
    screen.press("x");
    const text = await screen.until("Stop pid 4711 of orders?");
    expect(text).toContain("started by -zsh (pid 811)");
    expect(text).toContain("and 1 process that it started");
    expect(text).toContain("it runs under dlv exec ./orders (pid 900)");
    expect(client.commands).toEqual([]);
    screen.press("y");
    await screen.until((t) => !t.includes("Stop pid"));
    expect(client.commands.map((c) => c.command)).toEqual([{ kind: "strays", action: "stop", ids: ["4711-1"] }]);
    expect(screen.text()).toContain("── pid 4711 of orders");
  });

  test("what the engine refuses is said", async () => {
    const { client, screen } = open([sampleStray(4711)]);
    await screen.until("orders");
    client.reply = () => ({ ok: false, error: { kind: "refused", message: "orders has no replica to spare" } });
    screen.press("3");
    screen.press("a");
    await screen.until("orders has no replica to spare");
    expect(client.commands.map((c) => c.command)).toEqual([{ kind: "strays", action: "adopt", ids: ["4711-1"] }]);
  });

  test("the palette and the help know the list", async () => {
    const { screen } = open([sampleStray(4711)], [120, 60]);
    await screen.until("orders");
    screen.press("\u0010");
    screen.press("strays");
    await screen.until(/strays: processes that may be services already/);
    screen.press("\r");
    await screen.until("── pid 4711 of orders");
  });
});

describe("other looks", () => {
  test("without UTF-8 it is drawn in ASCII", async () => {
    const { screen } = open([sampleStray(4711, { command: longCommand })], [80, 24], {
      env: { LANG: "C", LC_ALL: "C" },
    });
    await screen.until("press 3");
    screen.press("3");
    await screen.until("-- pid 4711 of orders");
    expect(screen.text()).toMatch(/^[\n\x20-\x7e]*$/);
    screen.press("x");
    await screen.until("Stop pid 4711");
    expect(screen.text()).toMatch(/^[\n\x20-\x7e]*$/);
  });

  test("without colours the chosen answer is still seen", async () => {
    const { screen } = open([sampleStray(4711)], [80, 24], { env: { NO_COLOR: "1" } });
    await screen.until("press 3");
    screen.press("3");
    screen.press("x");
    await screen.until("[Yes]");
    expect(screen.raw()).not.toMatch(/\u001b\[3\d/);
  });
});

describe("an adopted stray that writes elsewhere", () => {
  const adopted = sampleReplica("orders", 1, { adopted: true, outputElsewhere: true });
  const fleet = sampleFleet([sampleService("orders", { replicas: [adopted] }), sampleService("web")]);

  test("is marked in the grid, the log and the details", async () => {
    const { client, screen } = drawDashboard(new FakeClient(fleet), { size: [120, 36] });
    await screen.until(/orders +ready .* output elsewhere/);
    expect(screen.text()).toMatch(/web +ready .* start/);
    screen.press("\u001b[C");
    await screen.until("orders was adopted as it ran: what it writes goes elsewhere.");
    client.log(sampleLine("orders#1", "of an earlier start"));
    await screen.until(/output elsewhere {2}follow/);
    screen.press("\r");
    await screen.until(/output elsewhere {2}it was adopted as it ran/);
  });
});
