import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Stray } from "../../../src/model/stray.ts";
import { defaultKeys } from "../../../src/ui/keys/rebind.ts";
import { spokenTheme } from "../../../src/ui/reading/spoken-theme.ts";
import { timeOfDay } from "../../../src/ui/text/time-of-day.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleService, sampleStray } from "../../helpers/fleet-samples.ts";
import type { SizedRender } from "../../helpers/sized-render.tsx";

const drawn = /[─│╭╮╰╯┃╵●◌○◐◑◒▸✗›]/;

function read(strays: Stray[], size: [number, number] = [80, 24]): SizedRender {
  vi.stubEnv("INK_SCREEN_READER", "true");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const client = new FakeClient(sampleFleet([sampleService("orders")], { strays }));
  const { screen, session } = drawDashboard(client, { size, isReadAloud: true });
  session.setLook({ theme: spokenTheme(themeFor({ TERM: "xterm" })), keys: defaultKeys, mistakes: [] });
  return screen;
}

describe("strays read aloud", () => {
  test("are asked about in the first lines, and listed in words with their evidence", async () => {
    const strays = [sampleStray(4711), sampleStray(4800, { standing: "ignored" })];
    const screen = read(strays);
    await screen.until("Problem: pid 4711 may be orders already: press 3");
    screen.press("3");
    const text = await screen.until("2 strays");
    const since = timeOfDay(strays[0]?.startedAt ?? 0, true);
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      `Selected: pid 4711 of orders, waits for you, started at ${since} pid 4800 of orders, left alone`,
    );
    expect(text).toContain("command, ./orders --verbose\n");
    expect(text).toContain("why, its program is orders/orders\nit runs in orders\n");
    expect(text).toMatch(/Keys: a adopt, x stop/);
    expect(text).not.toMatch(drawn);
  });

  test("are stopped after a question in words", async () => {
    const screen = read([sampleStray(4711)]);
    await screen.until("press 3");
    screen.press("3");
    await screen.until("1 stray");
    screen.press("x");
    const text = await screen.until("Stop pid 4711 of orders?");
    expect(text).toContain("Selected: Yes\nNo\n");
    expect(text).not.toMatch(drawn);
  });

  test("fit a small screen, with the selected one in it", async () => {
    const size: [number, number] = [40, 10];
    const screen = read(
      Array.from({ length: 9 }, (_, i) => sampleStray(5000 + i)),
      size,
    );
    await screen.until("press 3");
    screen.press("3");
    await screen.until("9 strays");
    screen.press("G");
    await screen.until("Selected: pid 5008");
    expect(screen.rows().length).toBeLessThanOrEqual(10);
  });

  test("are none, where there are none", async () => {
    const screen = read([]);
    await screen.until("orders");
    screen.press("3");
    await screen.until("No strays: nothing of this fleet");
  });
});
