import { expect, test } from "vitest";
import { dashboardFleet } from "./dashboard-screen.ts";
import { fromSource } from "./from-source.ts";

test("unbuilt, the program has a daemon and a fork server of its own: what it starts is ready, and goes with it", async () => {
  const fleet = dashboardFleet();
  expect(await fromSource(fleet, "start")).toMatchObject({ code: 0, stderr: expect.stringContaining("ready after") });
  expect((await fromSource(fleet, "ps")).stdout).toMatch(/^worker#2 +ready /m);
  expect(await fromSource(fleet, "down")).toMatchObject({ code: 0 });
});
