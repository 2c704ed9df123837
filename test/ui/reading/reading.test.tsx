import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/lib/clock.ts";
import type { Diagnostic } from "../../../src/model/diagnostic.ts";
import type { FleetSnapshot } from "../../../src/model/snapshot.ts";
import { FirstRunSession } from "../../../src/ui/first-run-session.ts";
import { defaultKeys } from "../../../src/ui/keys/rebind.ts";
import { FirstRunScreen } from "../../../src/ui/panes/welcome/FirstRunScreen.tsx";
import { fitReading, linesAround, rowsToRead } from "../../../src/ui/reading/fit-reading.ts";
import { readable } from "../../../src/ui/reading/readable.ts";
import { spokenTheme } from "../../../src/ui/reading/spoken-theme.ts";
import { timeOfDay } from "../../../src/ui/text/time-of-day.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import {
  sampleFleet,
  sampleInspection,
  sampleLine,
  sampleReplica,
  sampleService,
} from "../../helpers/fleet-samples.ts";
import { type SizedRender, sizedRender } from "../../helpers/sized-render.tsx";

const failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms" } as const;
const retryAt = Date.now() + 60_000;
const drawn = /[─│╭╮╰╯┃╵●◌○◐◑◒▸✗›]/;

function shop(): FleetSnapshot {
  return sampleFleet([
    sampleService("api", { replicas: [1, 2].map((i) => sampleReplica("api", i, { ports: { http: 8079 + i } })) }),
    sampleService("orders", {
      replicas: [
        sampleReplica("orders", 1, {
          state: { phase: "backoff", retryAt, failure },
          failure,
          restarts: 6,
          generation: 7,
        }),
      ],
    }),
  ]);
}

/** The dashboard as a screen reader has it. */
function read(snapshot: FleetSnapshot, size: [number, number] = [80, 24]): { client: FakeClient; screen: SizedRender } {
  vi.stubEnv("INK_SCREEN_READER", "true");
  const client = new FakeClient(snapshot);
  for (const { id } of snapshot.services.flatMap((s) => s.replicas)) client.inspections.set(id, sampleInspection(id));
  client.log(sampleLine("api#1", "GET /v1/orders 200"), sampleLine("orders#1", "panic: boom", { stream: "err" }));
  const { screen, session } = drawDashboard(client, { size, isReadAloud: true });
  session.setLook({ theme: spokenTheme(themeFor({ TERM: "xterm" })), keys: defaultKeys, mistakes: [] });
  return { client, screen };
}

/** No more rows than the screen has, none too wide, and nothing but words in them. */
function expectReadable(screen: SizedRender, [columns, rows]: [number, number] = [80, 24]): void {
  expect(screen.rows().length).toBeLessThanOrEqual(rows);
  for (const row of screen.rows()) expect(row.length, row).toBeLessThanOrEqual(columns);
  expect(screen.text()).not.toMatch(drawn);
}

describe("the dashboard read aloud", () => {
  test("has the services in words, with moments in the place of times that go on", async () => {
    const { screen } = read(shop());
    await screen.until("panic: boom");
    expect(screen.text()).toContain("shop: 2 services, 1 backoff, 1 ready");
    expect(screen.text()).toContain("Services: 2 services, failures first, has the keys");
    expect(screen.text().replaceAll("\n", "")).toContain(
      `orders: backoff, again at ${timeOfDay(retryAt, true)}, 0 of 1 ready, 6 restarts`,
    );
    expect(screen.text()).toContain("api: ready, 2 of 2 ready, ports 8080 8081, last: start");
    expect(screen.text()).toContain("Selected: ");
    expectReadable(screen);
  });

  test("has the log, with stderr in words", async () => {
    const { screen } = read(shop());
    const text = await screen.until("panic: boom");
    expect(text).toContain("Log of All: follow");
    expect(text).toMatch(/12:01:02 api#1 +: GET \/v1\/orders 200/);
    expect(text).toMatch(/12:01:02 orders#1 stderr: panic: boom/);
  });

  test("has the failure of what is selected, what went on, and its details", async () => {
    const { screen } = read(shop());
    await screen.until("panic: boom");
    screen.press("g");
    await screen.until("orders: exited with code 1 after 40ms");
    screen.press("\r");
    const text = await screen.until("Environment");
    expect(text).toContain("Details of orders#1");
    expect(text).toContain("orders#1, backoff for");
    expectReadable(screen);
  });

  test("has the commands, the keys, and the question how to quit", async () => {
    const { screen } = read(shop());
    await screen.until("panic: boom");
    screen.press("\x10");
    await screen.until("Selected: start the service or vendor, key s");
    screen.press("resta");
    await screen.until("Commands: typed resta");
    await screen.until("Selected: restart, key r");
    expectReadable(screen);
    screen.press("\x1b");
    await screen.until("Services: ");
    screen.press("?");
    await screen.until("Everywhere");
    expectReadable(screen);
    screen.press("?");
    await screen.until("Services: ");
    screen.press("q");
    const text = await screen.until("Quit shop? 3 units run.");
    expect(text).toContain("Selected: Leave running. Closes this screen; the services go on.");
    expectReadable(screen);
    screen.press("\r");
  });

  test("says what is typed, and what for", async () => {
    const { screen } = read(shop());
    await screen.until("panic: boom");
    screen.press("/");
    screen.press("zzz");
    await screen.until("Filter of the services: zzz, nothing matches");
    expectReadable(screen);
  });

  test("says when the daemon is gone, and what is wrong with the config", async () => {
    const diagnostic: Diagnostic = { severity: "error", code: "x", message: "unknown key", location: null, hint: null };
    const { client, screen } = read({ ...shop(), diagnostics: [diagnostic] });
    await screen.until("1 mistake in the config, unknown key");
    client.disconnect("gone");
    await screen.until("the daemon is gone since");
    expectReadable(screen);
  });

  test.each<[number, number]>([
    [40, 10],
    [80, 24],
    [120, 36],
  ])("fits a screen of %d×%d with a hundred services", async (columns, rows) => {
    const services = Array.from({ length: 100 }, (_, i) => sampleService(`service-${i}`));
    const { screen } = read(sampleFleet(services), [columns, rows]);
    await screen.until("Selected: service-0");
    expectReadable(screen, [columns, rows]);
    screen.press("G");
    await screen.until("Selected: service-99");
    await screen.until("Keys: ");
    expectReadable(screen, [columns, rows]);
  });
});

test("what there is before a fleet is read aloud too", async () => {
  vi.stubEnv("INK_SCREEN_READER", "true");
  const location = { file: "/home/you/shop/api/service.yml", line: 2, column: 1, length: 4, excerpt: "prot: auto" };
  const session = new FirstRunSession({
    door: {
      look: () => new Promise(() => undefined),
      create: async () => null,
      replaceDaemon: async () => null,
    },
    trouble: {
      kind: "broken",
      root: "/home/you/shop",
      diagnostics: [{ severity: "error", code: "unknown-key", message: 'unknown key "prot"', location, hint: null }],
    },
    clock: systemClock,
    look: { theme: spokenTheme(themeFor({ TERM: "xterm" })), keys: defaultKeys, mistakes: [] },
    size: { columns: 80, rows: 24 },
    canDraw: () => true,
    onOpened: () => undefined,
    onLeave: () => undefined,
  });
  const screen = sizedRender(<FirstRunScreen session={session} />, 80, 24);
  session.open();
  onTestFinished(() => {
    session.close();
    screen.unmount();
  });
  const text = await screen.until("The config has 1 mistake, so nothing can run.");
  expect(text).toContain('Problem: unknown key "prot"');
  expect(text).toContain("api/service.yml:2:1");
  expect(text).not.toContain("^");
  expectReadable(screen);
});

test.each<[texts: string[], line: string]>([
  [["  orders#1", "  backoff", " for 3s", "   start 6 , 2 restarts"], "orders#1, backoff for 3s, start 6, 2 restarts"],
  [["   Problem: ", "exited"], "Problem: exited"],
  [["   , api is ready", "  for 5s"], "api is ready, for 5s"],
  [[" a, b"], "a, b"],
  [["   "], ""],
])("a row of %j is read as %j", (texts, line) => {
  expect(readable(texts.map((text) => ({ text })))).toBe(line);
});

test("lines that do not fit go, but for the one that is selected and those around it", () => {
  const lines = ["a", "b", "cccc", "d", "e"];
  expect(linesAround(lines, 2, 2, 4)).toEqual(["b", "cccc", "d"]);
  expect(linesAround(lines, 0, 2, 2)).toEqual(["a", "b"]);
  expect(linesAround(lines, 4, 2, 2)).toEqual(["d", "e"]);
  expect(linesAround(lines, 2, 2, 1)).toEqual(["cccc"]);
  expect(linesAround([], -1, 2, 4)).toEqual([]);
  expect(rowsToRead(["cccc"], 2)).toEqual(["cc", "cc"]);
  expect(fitReading({ head: ["h"], body: ["1", "2", "3"], foot: ["f"] }, 10, 4)).toEqual(["h", "1", "2", "f"]);
});
