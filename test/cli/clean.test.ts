import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DaemonLock } from "../../src/daemon/lock.ts";
import { readIdentity } from "../../src/engine/process/identity.ts";
import { emptyState } from "../../src/engine/state/fleet-state.ts";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { TestEngine } from "../helpers/test-engine.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { CliWorld } from "./cli-world.ts";

const record = (artifact: string) => JSON.stringify({ version: 1, artifact });

/** api#1 has run three times, api#2 once; the binary of the newest build is the second of three. */
function world(hasDaemon = false, more: Record<string, string> = {}): CliWorld {
  const made = new CliWorld(sampleFleet([]), {
    hasDaemon,
    files: {
      "orchestra.yml": "",
      "api/service.yml": "run: ./api\n",
      ".orchestra/logs/api/1/1.log": "12345",
      ".orchestra/logs/api/1/1.idx": "123",
      ".orchestra/logs/api/1/2.log": "12",
      ".orchestra/logs/api/1/2.err.log": "1",
      ".orchestra/logs/api/1/3.log": "",
      ".orchestra/logs/api/1/notes.txt": "mine",
      ".orchestra/logs/api/2/7.log": "1",
      ".orchestra/bin/api-0123/api.1": "1234",
      ".orchestra/bin/api-0123/api.2": "1234",
      ".orchestra/bin/api-0123/api.3": "1234",
      ".orchestra/bin/api-0123/api.3.tmp/b001/x": "12",
      ".orchestra/crash-2026.log": "1",
      ".orchestra/daemon.log": "1",
      ".orchestra/state.json": "{}",
      ...more,
    },
  });
  writeFileSync(
    join(made.root, ".orchestra/bin/api-0123.json"),
    record(join(made.root, ".orchestra/bin/api-0123/api.2")),
  );
  return made;
}

/** All files under a folder, sorted. */
function left(made: CliWorld, folder: string): string[] {
  const path = join(made.root, ".orchestra", folder);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}

/** A state.json that says that this very process is api#1, in its generation, started from a binary. */
function livingState(generation: number, executable: string): string {
  const own = readIdentity(process.pid);
  const unit = { unit: "api#1", service: "api", index: 1, generation, ...own, ports: {}, startedAt: 0, executable };
  return JSON.stringify({ ...emptyState(), units: { "api#1": unit } });
}

describe("clean", () => {
  test("keeps the newest run of each replica and the newest build, and what is not its own", async () => {
    const made = world();
    expect(await made.run("clean")).toBe(0);
    expect(left(made, "logs")).toEqual(["api/1/3.log", "api/1/notes.txt", "api/2/7.log"]);
    expect(left(made, "bin")).toEqual(["api-0123.json", "api-0123/api.2"]);
    expect(existsSync(join(made.root, ".orchestra/crash-2026.log"))).toBe(false);
    expect(existsSync(join(made.root, ".orchestra/daemon.log"))).toBe(true);
    expect([made.stdout, made.stderr]).toEqual(["", "removed 3 logs, 3 binaries and 1 crash report: 22 B\n"]);
    made.stderr = "";
    await made.run("clean");
    expect(made.stderr).toBe(`nothing to remove in ${made.root}/.orchestra\n`);
  });

  test("--dry-run only says what, and how much", async () => {
    const made = world();
    const before = left(made, ".");
    expect(await made.run("clean", "--dry-run")).toBe(0);
    expect(left(made, ".")).toEqual(before);
    expect(made.stdout.split("\n")[0]).toMatch(/^\.orchestra\/logs\/api\/1\/1\.log +8 B$/);
    expect(made.stderr).toBe("would remove 3 logs, 3 binaries and 1 crash report: 22 B\n");
  });

  test("--json lists all of it", async () => {
    const made = world();
    expect(await made.run("clean", "--json")).toBe(0);
    const json = JSON.parse(made.stdout);
    expect(json).toMatchObject({ root: made.root, dryRun: false, bytes: 22, failed: [] });
    expect(json.removed[0]).toEqual({ path: `${made.root}/.orchestra/logs/api/1/1.log`, kind: "log", bytes: 8 });
  });

  test("with a daemon, what it may be building just now stays", async () => {
    const made = world(true);
    expect(await made.run("clean")).toBe(0);
    expect(left(made, "bin")).toEqual([
      "api-0123.json",
      "api-0123/api.2",
      "api-0123/api.3",
      "api-0123/api.3.tmp/b001/x",
    ]);
  });

  test("what lives keeps its log and its binary, also where its daemon is gone", async () => {
    const made = world();
    const binary = join(made.root, ".orchestra/bin/api-0123/api.1");
    writeFileSync(join(made.root, ".orchestra/state.json"), livingState(2, binary));
    expect(await made.run("clean")).toBe(0);
    expect(left(made, "logs")).toEqual([
      "api/1/2.err.log",
      "api/1/2.log",
      "api/1/3.log",
      "api/1/notes.txt",
      "api/2/7.log",
    ]);
    expect(left(made, "bin")).toEqual(["api-0123.json", "api-0123/api.1", "api-0123/api.2"]);
  });

  test("where there is nothing, there is nothing to do", async () => {
    const made = new CliWorld(sampleFleet([]), { hasDaemon: false });
    expect(await made.run("clean", "--all")).toBe(0);
    expect(made.stderr).toBe(`nothing to remove in ${made.root}/.orchestra\n`);
    expect(existsSync(join(made.root, ".orchestra"))).toBe(false);
  });
});

describe("clean --all", () => {
  test("removes the whole folder", async () => {
    const made = world();
    expect(await made.run("clean", "--all")).toBe(0);
    expect(existsSync(join(made.root, ".orchestra"))).toBe(false);
    expect(made.stderr).toMatch(/^removed all of \.orchestra: \d+ B\n$/);
  });

  test("--dry-run leaves it", async () => {
    const made = world();
    expect(await made.run("clean", "--all", "--dry-run")).toBe(0);
    expect(existsSync(join(made.root, ".orchestra/state.json"))).toBe(true);
    expect(made.stderr).toMatch(/^would remove all of \.orchestra: \d+ B\n$/);
  });

  test("is refused while a daemon runs, or one is about to, or what one started lives", async () => {
    const running = world(true);
    const beginning = world();
    const lock = DaemonLock.take(join(beginning.root, ".orchestra/lock.db"));
    const living = world(false, { ".orchestra/state.json": livingState(3, "/bin/x") });
    for (const [made, why] of [
      [running, "its daemon runs"],
      [beginning, "its daemon runs"],
      [living, "api still runs"],
    ] as const) {
      expect(await made.run("clean", "--all")).toBe(2);
      expect(made.stderr).toBe(
        `cannot remove ${made.root}/.orchestra: ${why}\n  first stop everything: orchestra down\n`,
      );
      expect(existsSync(join(made.root, ".orchestra/daemon.log"))).toBe(true);
    }
    lock?.release();
  });
});

test("a daemon whose old logs were taken away goes on showing and writing the newest", async () => {
  const fleet = await TestEngine.open("services: {api: {dir: ., run: \"sh -c 'echo up; exec sleep 60'\"}}\n");
  await fleet.start("api");
  await fleet.untilGeneration("api#1", 1);
  await fleet.restart("api");
  await fleet.untilGeneration("api#1", 2);
  expect((await fleet.lines("api")).filter((line) => line.kind === "line")).toHaveLength(2);
  const made = new CliWorld(sampleFleet([]));
  made.context.cwd = fleet.root;
  await waitUntil("the state is written", () => existsSync(fleet.path(".orchestra/state.json")));
  expect(await made.run("clean")).toBe(0);
  expect(made.stderr).toMatch(/^removed 1 log: /);
  expect((await fleet.lines("api")).filter((line) => line.kind === "line").map((line) => line.generation)).toEqual([2]);
  await fleet.restart("api");
  await fleet.untilGeneration("api#1", 3);
  await waitUntil("the new run is read", async () => (await fleet.lines("api")).some((line) => line.generation === 3));
});
