import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Cause } from "../../../src/model/cause.ts";
import type { Failure } from "../../../src/model/failure.ts";
import type { BuildState, RerunState, ServiceSnapshot } from "../../../src/model/service-snapshot.ts";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { type DrawnDashboard, drawDashboard } from "../../helpers/draw-dashboard.tsx";
import { FakeClient } from "../../helpers/fake-client.ts";
import { sampleFleet, sampleLine, sampleReplica, sampleService } from "../../helpers/fleet-samples.ts";

const sizes: [columns: number, rows: number][] = [
  [40, 10],
  [80, 24],
  [120, 36],
  [200, 60],
];
const saved: Cause = { kind: "file", path: "api/main.go" };
const rerun: RerunState = { isOn: true, withTests: false, trouble: null, canGoBack: false };
const ok: BuildState = { status: "ok", since: Date.now(), lastMs: 3000, failure: null, cause: saved };
const failure: Extract<Failure, { kind: "build-failed" }> = {
  kind: "build-failed",
  command: "go build",
  exitCode: 1,
  output: ["# shop/api", "./main.go:12:5: undefined: x", "\thave (int)", "../lib/lib.go:3:1: syntax error"],
  message: "go build failed with exit 1",
};
const untested: Failure = {
  kind: "test-failed",
  command: "go test ./...",
  exitCode: 1,
  failed: ["TestSum", "TestMean"],
  output: ["--- FAIL: TestSum (0.00s)", "    sum_test.go:9: got 3, want 4"],
  message: "fails 2 of 14 tests: TestSum, TestMean",
};
const broken: BuildState = { ...ok, status: "failed", failure };
const crash: Failure = { kind: "exited", code: 1, message: "exited with code 1 after 40ms" };

function follower(
  name: string,
  build: Partial<BuildState> = {},
  change: Partial<ServiceSnapshot> = {},
): ServiceSnapshot {
  return sampleService(name, { build: { ...ok, cause: saved, ...build }, rerun, ...change });
}

function open(services: ServiceSnapshot[], size: [number, number] = [120, 36], env = {}): DrawnDashboard {
  return drawDashboard(new FakeClient(sampleFleet(services)), { size, env });
}

describe.each(sizes)("at %d×%d", (columns, rows) => {
  test("the screen is exactly as large as the terminal, whatever is built", async () => {
    const { client, screen } = open(
      [
        follower("api", broken),
        follower("job", { ...ok, status: "testing" }),
        follower("web", { isUnchanged: true, tests: { passed: 12, failed: 0, skipped: 0, ms: 5 } }),
        follower("db", {}, { rerun: { ...rerun, trouble: "no inotify watches are left" } }),
        follower("old", {}, { rerun: { ...rerun, isOn: false } }),
      ],
      [columns, rows],
    );
    client.log(...Array.from({ length: 90 }, (_, i) => sampleLine("api#1", `line ${i}`, { offset: i })));
    await screen.until("line 89");
    for (const keys of ["", "j", "j", "j", "j", "k", "z", "z", "\t", "z", "g", "\r", "G", "\x1b"]) {
      screen.press(keys);
      expect(screen.rows().length, JSON.stringify(keys)).toBe(rows);
      for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(columns);
    }
  });

  test("a build is seen with how long the last one took", async () => {
    const { screen } = open([follower("api", { status: "building" })], [columns, rows]);
    await screen.until(/● api +building \d+s.* 1\/1/);
  });

  test("a failing build is told in the row and in the line below, beside what runs", async () => {
    const { screen } = open([follower("api", broken)], [columns, rows]);
    const text = await screen.until(/✗ api go build failed/);
    expect(text).toMatch(/● api +ready +1\/1/);
    if (columns >= 120) expect(text).toMatch(/build failed, (main|m)/);
  });
});

describe("the grid", () => {
  test("says what a change came to", async () => {
    const { client, screen } = open([follower("api", { isUnchanged: true })], [160, 36]);
    await screen.until(/● api .* unchanged, main\.go/);
    const build = { ...ok, isUnchanged: true, tests: { passed: 12, failed: 0, skipped: null, ms: 900 } };
    client.emit({ kind: "buildChanged", service: "api", cause: saved, build: { ...build, since: Date.now() } });
    await screen.until("unchanged, tests 12 ok, main.go");
    const replica = sampleReplica("api", 1, { since: Date.now() + 1, startedAt: Date.now() + 1, generation: 2 });
    client.emit({ kind: "replicaChanged", replica, from: "starting" });
    const text = await screen.until((t) => !t.includes("unchanged"));
    expect(text).toContain("tests 12 ok, main.go");
  });

  test.each([
    [{}, ["◉", "·", "!"]],
    [{ LANG: "C" }, ["o", "-", "!"]],
    [{ NO_COLOR: "1" }, ["◉", "·", "!"]],
  ])("has a sign for each way to follow sources: %j", async (env, [on, off, trouble]) => {
    const { screen } = open(
      [
        follower("api"),
        follower("bad", {}, { rerun: { ...rerun, trouble: "it writes into its own folder" } }),
        follower("old", {}, { rerun: { ...rerun, isOn: false } }),
        sampleService("plain"),
      ],
      [140, 36],
      env,
    );
    await screen.until("plain");
    const rows = screen.rows();
    const row = (name: string) => rows.find((r) => new RegExp(`\\s${name} +ready`).test(r)) ?? "";
    const at = rows.find((r) => r.includes("NAME"))?.lastIndexOf(on ?? "") ?? -1;
    expect(row("api")[at]).toBe(on);
    expect(row("old")[at]).toBe(off);
    expect(row("bad")[at]).toBe(trouble);
    expect(row("plain")[at]).toBe(" ");
  });

  test("has no place for it where there is nothing to follow", async () => {
    const { screen } = open([sampleService("api")], [140, 36]);
    expect(await screen.until("NAME")).not.toContain("◉");
  });

  test("says in passing that a service cannot be followed any more, wherever the selection is", async () => {
    const { client, screen } = open([follower("api"), follower("web")]);
    await screen.until("web");
    const trouble = "it writes into its own folder: data.db";
    client.emit({ kind: "rerunChanged", service: "web", cause: saved, rerun: { ...rerun, trouble } });
    await screen.until(`web is not followed: ${trouble}`);
  });

  test("says in the line below why a service is not followed", async () => {
    const { screen } = open([follower("api", {}, { rerun: { ...rerun, trouble: "no inotify watches are left" } })]);
    await screen.until("! not followed: no inotify watches are left");
  });
});

describe("the header", () => {
  const off = { rerun: { ...rerun, isOn: false } };

  test.each(sizes)("at %d×%d says that nothing is followed", async (columns, rows) => {
    const { screen } = open([follower("api", {}, off), follower("web", {}, off)], [columns, rows]);
    await screen.until("rerun off");
    expect(screen.rows()[0]).toContain("rerun off");
  });

  test("says how many are followed", async () => {
    const { client, screen } = open([follower("api"), follower("web")]);
    await screen.until("rerun on");
    client.emit({ kind: "rerunChanged", service: "web", rerun: off.rerun, cause: saved });
    await screen.until("rerun 1/2");
  });

  test("tells builds that fail from tests that do", async () => {
    const { screen } = open([follower("api", broken), follower("web", { status: "failed", failure: untested })]);
    await screen.until("1 broken build · 1 with failing tests");
  });
});

describe("the card of a failing build", () => {
  test("has the compiler's output, from its first place on, and stays while it is built again", async () => {
    const { client, screen } = open([follower("api", broken)]);
    const text = await screen.until("api: build failed after main.go");
    expect(text).toContain("the old one still runs");
    expect(text).toMatch(/│ \.\/main\.go:12:5: undefined: x/);
    expect(text).toMatch(/│ {9}have \(int\)/);
    const height = screen.rows().findIndex((row) => row.includes("All"));
    client.emit({ kind: "buildChanged", service: "api", cause: saved, build: { ...ok, status: "building" } });
    await screen.until("building again");
    expect(screen.text()).toContain("undefined: x");
    expect(screen.rows().findIndex((row) => row.includes("All"))).toBe(height);
    client.emit({ kind: "buildChanged", service: "api", cause: saved, build: ok });
    await screen.until((t) => !t.includes("undefined: x"));
  });

  test("names the tests that failed", async () => {
    const { screen } = open([follower("api", { status: "failed", failure: untested })]);
    const text = await screen.until("api: 2 tests failed after main.go");
    expect(text).toContain("TestSum, TestMean");
    expect(text).toContain("sum_test.go:9: got 3, want 4");
    expect(text).toMatch(/● api +ready .* 2 tests fail/);
  });

  test("leaves the log more than half of its room, and says what it leaves out", async () => {
    const output = ["make: building", ...Array.from({ length: 50 }, (_, i) => `main.go:${i + 1}:1: mistake ${i + 1}`)];
    const { screen } = open([follower("api", { status: "failed", failure: { ...failure, output } })], [80, 24]);
    const text = await screen.until("main.go:1:1: mistake 1");
    expect(text).toMatch(/\d+ more lines in the details/);
    expect(text).not.toContain("make: building");
  });

  test("is gone while the log has the screen, and where another service is selected", async () => {
    const { screen } = open([follower("api", broken), follower("web")]);
    await screen.until("undefined: x");
    screen.press("j");
    await screen.until((t) => !t.includes("undefined: x"));
    screen.press("k");
    await screen.until("undefined: x");
    screen.press("\tz");
    await screen.until((t) => !t.includes("undefined: x"));
  });

  test("shows no escape sequence of what was printed", async () => {
    const output = ["\x1b]8;;file:///etc/passwd\x1b\\main.go:1:1\x1b]8;;\x1b\\: \x1b[2Jred\x1b[31m"];
    const { screen } = open([follower("api", { status: "failed", failure: { ...failure, output } })], [120, 36], {
      FORCE_HYPERLINK: "1",
    });
    await screen.until("main.go:1:1: red");
    expect(screen.raw()).not.toContain("passwd");
    expect(screen.raw()).not.toContain("\x1b[2Jred");
  });
});

describe("places in sources", () => {
  function folder(): string {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "orchestra-links-")));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    mkdirSync(join(root, "shop/api"), { recursive: true });
    mkdirSync(join(root, "shop/lib"));
    writeFileSync(join(root, "shop/api/main.go"), "");
    writeFileSync(join(root, "shop/lib/lib.go"), "");
    writeFileSync(join(root, "secret.go"), "");
    symlinkSync(join(root, "secret.go"), join(root, "shop/api/link.go"));
    return root;
  }

  function drawn(root: string, env: Record<string, string>): DrawnDashboard {
    const output = [...failure.output, "link.go:1:1: no", "../../secret.go:1:1: no", "gone.go:1:1: no"];
    const build: BuildState = { ...broken, failure: { ...failure, output } };
    const service = follower("api", build, { dir: join(root, "shop/api") });
    const fleet = sampleFleet([service], { root: join(root, "shop") });
    return drawDashboard(new FakeClient(fleet), { size: [120, 36], env });
  }

  const linked = (raw: string) => [...raw.matchAll(/\x1b\]8;;(file:[^\x1b\x07]*)/g)].map((match) => match[1] ?? "");

  test("lead to the files that are there, inside the fleet's root alone", async () => {
    const root = folder();
    const { screen } = drawn(root, { FORCE_HYPERLINK: "1" });
    await screen.until(() => linked(screen.raw()).length > 0);
    const paths = linked(screen.raw()).map((address) => address.replace(/^file:\/\/[\w.-]*/, ""));
    expect(new Set(paths)).toEqual(new Set([`${root}/shop/api/main.go#12`, `${root}/shop/lib/lib.go#3`]));
    for (const row of screen.rows()) expect(displayWidth(row), row).toBeLessThanOrEqual(120);
    screen.press("\r");
    await screen.until("Details: api#1");
    expect(linked(screen.raw()).length).toBeGreaterThan(0);
  });

  test("are text alone in a terminal that is not known to have links", async () => {
    const { screen } = drawn(folder(), {});
    await screen.until("gone.go:1:1");
    expect(screen.raw()).not.toContain("\x1b]8;;");
  });
});

describe("a new program that does not run well", () => {
  const kept = { rerun: { ...rerun, canGoBack: true } };
  const backoff = { phase: "backoff", retryAt: Date.now() + 60_000, failure: crash } as const;
  const failing = sampleReplica("api", 1, { state: backoff, failure: crash });

  test.each(sizes)("at %d×%d shows the one key that leads back", async (columns, rows) => {
    const { client, screen } = open([follower("api", {}, { ...kept, replicas: [failing] })], [columns, rows]);
    await screen.until("B goes back");
    screen.press("B");
    expect(client.commands.at(-1)?.command).toEqual({ kind: "goBack", select: { names: ["api"], except: [] } });
  });

  test("names a key of the user's own", async () => {
    const { screen } = open([follower("api", {}, { ...kept, replicas: [failing] })]);
    await screen.until("B goes back");
    screen.press("\r");
    const text = await screen.until("Rerun");
    expect(text).toContain("orchestra rerun --back api");
    expect(text).toContain("B goes back to it");
  });

  test("is not offered the way back while it runs well", async () => {
    const { screen } = open([follower("api", {}, kept)]);
    await screen.until("ready");
    expect(screen.text()).not.toContain("goes back");
  });
});

test("a service that somebody took back says so until it is built again", async () => {
  const cause: Cause = { kind: "user", verb: "goBack", origin: "dashboard" };
  const { screen } = open([follower("api", { cause })]);
  await screen.until(/● api +ready .* went back/);
  expect(screen.text()).toContain("the program before, until the next good build");
});

test("the details say how sources are followed, what was built because of what, and its tests", async () => {
  const tests = { passed: 12, failed: 0, skipped: 1, ms: 1300 };
  const { client, screen } = open([
    follower("api", { isUnchanged: true, tests }, { rerun: { ...rerun, withTests: true } }),
  ]);
  await screen.until("api");
  screen.press("\r");
  const text = await screen.until("Rerun");
  expect(text).toContain("◉ on: built and replaced when its sources change, once its tests pass  u turns it off");
  expect(text).toContain("last built for api/main.go  · it made the very program that runs: nothing was restarted");
  expect(text).toContain("tests 12 ok · 1 skipped  in 1.3s");
  const trouble = "it writes into its own folder: data.db";
  client.emit({ kind: "rerunChanged", service: "api", cause: saved, rerun: { ...rerun, trouble } });
  await screen.until(
    /! on, but its sources are not watched: +u turns it off[\s\S]*it writes into its own folder: data\.db/,
  );
  client.emit({ kind: "rerunChanged", service: "api", cause: saved, rerun: { ...rerun, isOn: false } });
  await screen.until("· off: changes do nothing  u turns it on");
});
