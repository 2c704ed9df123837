import { existsSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

const server = `
import { createServer } from "node:http";
createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });
`;

/** web needs api needs migrate (a one-shot). */
const shop = {
  "api/server.mjs": server,
  "migrate/service.yml": "run: echo migrated\noneshot: true\n",
  "api/service.yml": "run: node server.mjs\nport: auto\ndepends_on: {migrate: completed}\n",
  "web/service.yml": "run: node ../api/server.mjs\nport: auto\ndepends_on: [api]\n",
};

function fleetWith(files: Record<string, string>): TempFleet {
  const fleet = tempFleet({ files });
  onTestFinished(async () => {
    await fleet.orchestra(["daemon", "stop"]);
  });
  return fleet;
}

async function phases(fleet: TempFleet): Promise<Record<string, string | undefined>> {
  const { stdout } = await fleet.orchestra(["ps", "--json"]);
  return Object.fromEntries((JSON.parse(stdout) as PsJson).services.map((s) => [s.name, s.replicas[0]?.phase]));
}

async function hasDaemon(fleet: TempFleet): Promise<boolean> {
  return !(await fleet.orchestra(["daemon", "status"])).stdout.startsWith("no daemon");
}

describe("orchestra --headless", () => {
  test("--then runs a command once all is ready, without markers, and passes its exit code on; nothing is left", async () => {
    const fleet = fleetWith(shop);
    const command = 'echo "markers: $(env | grep -c ORCHESTRA_)"; exit 7';
    const { code, stdout, stderr } = await fleet.orchestra(["--headless", "--then", command]);
    expect(code).toBe(7);
    expect(stdout).toContain("markers: 0\n");
    expect(stdout.indexOf("web#1     ── ready")).toBeLessThan(stdout.indexOf("markers"));
    expect(stdout).toContain("migrate#1 │ migrated\n");
    expect(stdout).toMatch(/\nmigrate#1 ── completed.*\(exit 0\)\n/);
    expect(stderr).toMatch(/^ready after \S+: .*\nstopped .* in \S+\n$/);
    await waitUntil("the daemon that it started is gone", async () => !(await hasDaemon(fleet)));
  });

  test("a ready fleet that is told to end ends with 0, and with nothing left", async () => {
    const fleet = fleetWith(shop);
    const run = fleet.start(["--headless"]);
    await run.waitFor(/^ready after/m);
    run.kill("SIGTERM");
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    expect(stdout).toContain("web#1     │ bye\n");
    // Dependents first.
    expect(stdout.indexOf("web#1     ── stopped")).toBeLessThan(stdout.indexOf("api#1     ── stopping"));
    await waitUntil("the daemon is gone", async () => !(await hasDaemon(fleet)));
  });

  test("an interrupt before it is ready ends with 130 or 143", async () => {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const fleet = fleetWith({ "slow/service.yml": "run: sleep 1000\nready: {log: never}\n" });
      const run = fleet.start(["--headless"]);
      await run.waitFor("slow#1 ── starting");
      run.kill(signal);
      expect((await run.ended).code).toBe(expected);
      await waitUntil("the daemon is gone", async () => !(await hasDaemon(fleet)));
    }
  });

  test("what ran before goes on after it", async () => {
    const fleet = fleetWith(shop);
    await fleet.orchestra(["start", "api"]);
    const { code } = await fleet.orchestra(["--headless", "--then", "true"]);
    expect(code).toBe(0);
    expect(await phases(fleet)).toMatchObject({ api: "ready", web: "stopped" });
  });

  test("its sudden death takes what it started along, and the daemon", async () => {
    const fleet = fleetWith(shop);
    const run = fleet.start(["--headless"]);
    await run.waitFor(/^ready after/m);
    run.kill("SIGKILL");
    await run.ended;
    await waitUntil("the daemon is gone", async () => !(await hasDaemon(fleet)));
    expect(await phases(fleet)).toEqual({});
  });

  test("--until ready leaves it running", async () => {
    const fleet = fleetWith(shop);
    const { code } = await fleet.orchestra(["--headless", "--until", "ready"]);
    expect(code).toBe(0);
    expect(await phases(fleet)).toEqual({ api: "ready", migrate: "completed", web: "ready" });
    // Looking at it changes nothing, and nobody's connection holds it up.
    expect(await phases(fleet)).toEqual({ api: "ready", migrate: "completed", web: "ready" });
  });

  test("what fails for good ends it with 1: which, how, and its last lines", async () => {
    const fleet = fleetWith({
      ...shop,
      "migrate/service.yml": "run: sh -c 'echo no database; exit 3'\noneshot: true\nrestart: never\n",
    });
    const marker = fleet.path("ran");
    const { code, stderr } = await fleet.orchestra(["--headless", "--then", `touch ${marker}`]);
    expect(code).toBe(1);
    expect(stderr).toContain("migrate#1 failed: exit 3\n    │ no database\n");
    expect(existsSync(marker)).toBe(false);
  });

  test("--timeout ends it with 124 and what it waited for", async () => {
    const fleet = fleetWith({ "slow/service.yml": "run: sleep 1000\nready: {log: never}\n" });
    const { code, stderr } = await fleet.orchestra(["--headless", "--timeout", "500ms"]);
    expect(code).toBe(124);
    expect(stderr).toMatch(/timed out after \S+, still waiting for\n {2}slow#1 starting/);
  });

  test("--exit-code-from ends with a service and with its code", async () => {
    const fleet = fleetWith({
      ...shop,
      "tests/service.yml": "run: sh -c 'exit 5'\noneshot: true\ndepends_on: [web]\n",
    });
    const { code, stderr } = await fleet.orchestra(["--headless", "--exit-code-from", "tests"]);
    expect(code).toBe(5);
    expect(stderr).toContain("tests#1 has ended: exit 5\n");
  });

  test("--output json is one object a line, from the first event to the last", async () => {
    const fleet = fleetWith(shop);
    const { code, stdout } = await fleet.orchestra(["--headless", "--output", "json", "--then", "true"]);
    expect(code).toBe(0);
    const objects = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const revisions = objects.flatMap((o) => (typeof o.revision === "number" ? [o.revision] : []));
    expect(revisions.every((revision, i) => i === 0 || revision === (revisions[i - 1] ?? 0) + 1)).toBe(true);
    expect(objects).toContainEqual({ log: expect.objectContaining({ unit: "migrate#1", text: "migrated" }) });
  });

  test("CI means headless", async () => {
    const fleet = fleetWith({ "job/service.yml": "run: echo hello\noneshot: true\n" });
    const { code, stdout } = await fleet.orchestra([], { env: { CI: "true" } });
    expect(code).toBe(0);
    expect(stdout).toContain("job#1 │ hello\n");
  });
});
