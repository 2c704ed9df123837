import { expect, test, vi } from "vitest";
import type { BuildState, RerunState, ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { defaultKeys } from "../../../src/ui/keys/rebind.ts";
import { spokenTheme } from "../../../src/ui/reading/spoken-theme.ts";
import { themeFor } from "../../../src/ui/theme/theme.ts";
import { drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";
import type { SizedRender } from "../../helpers/sized-render.tsx";

const rerun: RerunState = { isOn: true, withTests: false, trouble: null, canGoBack: false };
const built: BuildState = {
  status: "ok",
  since: Date.now(),
  lastMs: 3000,
  failure: null,
  cause: { kind: "file", path: "api/main.go" },
};
const drawn = /[─│╭╮╰╯┃╵●◌○◐◑◒▸✗›◉·]/;

function read(services: ServiceSnapshot[], size: [number, number] = [100, 30]): SizedRender {
  vi.stubEnv("INK_SCREEN_READER", "true");
  const { screen, session } = drawDashboard(new FakeClient(sampleFleet(services)), {
    size,
    isReadAloud: true,
    env: { FORCE_HYPERLINK: "1" },
  });
  session.setLook({
    theme: spokenTheme(themeFor({ TERM: "xterm", FORCE_HYPERLINK: "1" })),
    keys: defaultKeys,
    mistakes: [],
  });
  return screen;
}

test("a failing build is read with what runs meanwhile and where the mistake is", async () => {
  const failure = {
    kind: "build-failed",
    command: "go build",
    exitCode: 1,
    output: ["# shop/api", "./main.go:12:5: undefined: x"],
    message: "go build failed with exit 1",
  } as const;
  const build: BuildState = { ...built, status: "failed", failure: { ...failure, output: [...failure.output] } };
  const screen = read([sampleService("api", { rerun, build })]);
  const text = await screen.until("undefined: x");
  expect(text).toContain("api: ready, 1 of 1 ready, last: build failed, main.go");
  expect(text).toContain("api: build failed after main.go, the old one still runs");
  expect(text).not.toMatch(drawn);
});

test("what does not follow its sources is said, what does is not", async () => {
  const screen = read([
    sampleService("api", { rerun, build: { ...built, isUnchanged: true } }),
    sampleService("bad", { rerun: { ...rerun, trouble: "no watches are left" } }),
    sampleService("old", { rerun: { ...rerun, isOn: false } }),
  ]);
  const text = await screen.until("old: ready");
  expect(text).toContain("api: ready, 1 of 1 ready, last: unchanged, main.go\n");
  expect(text).toMatch(/bad: .*rerun on, but not followed/);
  expect(text).toMatch(/old: .*rerun off/);
  screen.press("j");
  await screen.until("Not followed: no watches are left");
});

test("that nothing is followed stands in the first line", async () => {
  const screen = read([sampleService("api", { rerun: { ...rerun, isOn: false } })]);
  await screen.until("1 service, 1 ready. rerun is off");
});

test("the way back from a program that fails is read, also in forty columns and ten rows", async () => {
  const failure = { kind: "exited", code: 1, message: "exited with code 1" } as const;
  const state = { phase: "backoff", retryAt: Date.now() + 60_000, failure } as const;
  const replicas = [sampleReplica("api", 1, { state, failure })];
  const service = sampleService("api", { rerun: { ...rerun, canGoBack: true }, build: built, replicas });
  await read([service]).until("B goes back to the program that ran before");
  const small = read([service], [40, 10]);
  await small.until("api");
  expect(small.rows().length).toBeLessThanOrEqual(10);
});
