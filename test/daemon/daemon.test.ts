import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/daemon/connect.ts";
import { endDaemon } from "../../src/daemon/daemon-control.ts";
import { readDaemonFile } from "../../src/daemon/daemon-file.ts";
import { daemonStatus } from "../../src/daemon/daemon-status.ts";
import { ensureDaemon } from "../../src/daemon/ensure-daemon.ts";
import { paths } from "../../src/daemon/paths.ts";
import type { RemoteClient } from "../../src/daemon/remote-client.ts";
import { prepareStateDir } from "../../src/daemon/state-dir.ts";
import type { Command, CommandRequest } from "../../src/model/command.ts";
import { RunningProgram } from "../helpers/run-program.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { leaveStaleSocket, Recorder } from "./wire-fixture.ts";

const entry = fileURLToPath(new URL("./fake-daemon.ts", import.meta.url));

describe("a daemon", () => {
  test("is started where there is none, in a session of its own, with files for its user alone", async () => {
    const fleet = tempFleet({});
    const { client, started } = await ensure(fleet, {
      env: { ORCHESTRA_FLEET: "outer", NODE_OPTIONS: "--trace-exit" },
    });
    expect(started).toBe(true);
    const file = readDaemonFile(fleet.root);
    expect(file).toMatchObject({ version: "0.0.0-source", protocol: 1 });
    const pid = file?.pid ?? 0;
    expect(statSync(paths.daemonFile(fleet.root)).mode & 0o777).toBe(0o600);
    expect(statSync(file?.socket ?? "").mode & 0o777).toBe(0o600);
    expect(sessionOf(pid)).toBe(pid);
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    expect(environment.match(/ORCHESTRA_\w+/g)).toEqual(["ORCHESTRA_DAEMON"]);
    expect(environment).not.toContain("NODE_OPTIONS");
    // For its allocator, and not for what it starts.
    expect(environment).toContain("MALLOC_ARENA_MAX=1");
    expect(await client.snapshot()).toMatchObject({ root: fleet.root, daemon: { pid } });
    expect(readFileSync(paths.daemonLog(fleet.root), "utf8")).toContain("environment: 0 of ours");
    await stop(fleet);
  });

  test("is found where there is one", async () => {
    const fleet = tempFleet({});
    const first = await ensure(fleet);
    const second = await ensure(fleet);
    expect(second.started).toBe(false);
    expect((await second.client.snapshot()).daemon).toEqual((await first.client.snapshot()).daemon);
    await stop(fleet);
  });

  test("is not started by connect", async () => {
    const fleet = tempFleet({});
    expect(await connect(fleet.root)).toBeNull();
    expect(existsSync(paths.stateDir(fleet.root))).toBe(false);
  });

  test("outlives the hang-up of its terminal", async () => {
    const fleet = tempFleet({});
    const { client } = await ensure(fleet);
    process.kill(pidOf(fleet), "SIGHUP");
    expect((await client.snapshot()).revision).toBe(0);
    await stop(fleet);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("stops everything and leaves nothing behind on %s", async (signal) => {
    const fleet = tempFleet({});
    await ensure(fleet, { odd: "slow-down" });
    const { pid, socket } = readDaemonFile(fleet.root) ?? { pid: 0, socket: "" };
    process.kill(pid, signal);
    process.kill(pid, signal);
    await gone(pid);
    expect(calls(fleet)).toEqual(["open", "down: daemon"]);
    expect(readDaemonFile(fleet.root)).toBeNull();
    expect(existsSync(socket)).toBe(false);
  });

  test("ends once a down command was carried out, and its subscribers hear all of it", async () => {
    const fleet = tempFleet({});
    const { client } = await ensure(fleet);
    const pid = pidOf(fleet);
    const recorder = new Recorder();
    client.subscribe(recorder.listener);
    await waitUntil("it subscribed", () => recorder.updates.length === 1);
    expect(await client.send(asking({ kind: "down" }))).toMatchObject({ ok: true });
    await waitUntil("the loss is known", () => recorder.updates.at(-1)?.kind === "disconnected");
    expect(recorder.kinds).toEqual(["snapshot 0", "events 1-1", "disconnected"]);
    expect(recorder.updates.at(-1)).toMatchObject({ reason: "the fleet was taken down" });
    await gone(pid);
    expect(await connect(fleet.root)).toBeNull();
  });

  test("stops everything when it is told to stop", async () => {
    const fleet = tempFleet({});
    await ensure(fleet, { odd: "slow-down" });
    expect(await endDaemon(fleet.root, "stop")).toBe(true);
    expect(calls(fleet)).toEqual(["open", "down: daemon stop"]);
    expect(await endDaemon(fleet.root, "stop")).toBe(false);
  });

  test("hands over to the next one, which may be launched at once", async () => {
    const fleet = tempFleet({});
    const { client } = await ensure(fleet);
    const recorder = new Recorder();
    client.subscribe(recorder.listener);
    await waitUntil("it subscribed", () => recorder.updates.length === 1);
    const before = pidOf(fleet);
    expect(await endDaemon(fleet.root, "release")).toBe(true);
    const next = await ensure(fleet);
    expect(next.started).toBe(true);
    expect(pidOf(fleet)).not.toBe(before);
    expect(calls(fleet)).toEqual(["open", "release", "open"]);
    await waitUntil(
      "the subscription goes on",
      () => recorder.kinds.at(-1) === "snapshot 0" && recorder.updates.length === 3,
    );
    expect(recorder.updates[1]).toMatchObject({ kind: "disconnected", reason: "the daemon is being replaced" });
    await stop(fleet);
  });

  test("that was killed is replaced, whatever it left behind", async () => {
    const fleet = tempFleet({});
    await ensure(fleet);
    const { pid, socket } = readDaemonFile(fleet.root) ?? { pid: 0, socket: "" };
    process.kill(pid, "SIGKILL");
    // At once: in its last moment it may still accept a connection.
    const replaced = ensure(fleet);
    expect(existsSync(socket)).toBe(true);
    expect(readDaemonFile(fleet.root)?.pid).toBe(pid);
    const { started, client } = await replaced;
    expect(started).toBe(true);
    expect((await client.snapshot()).daemon.pid).toBe(pidOf(fleet));
    await gone(pid);
    await stop(fleet);
  });

  test("is one, however many launch it at once", async () => {
    const fleet = tempFleet({});
    const launched = await Promise.all(Array.from({ length: 8 }, () => ensure(fleet, { odd: "slow-open" })));
    expect(launched.filter(({ started }) => started)).toHaveLength(1);
    const pids = await Promise.all(launched.map(async ({ client }) => (await client.snapshot()).daemon.pid));
    expect(new Set(pids)).toEqual(new Set([pidOf(fleet)]));
    expect(calls(fleet)).toEqual(["open"]);
    await stop(fleet);
  });

  test("whose .orchestra was removed is still found, and not doubled", async () => {
    const fleet = tempFleet({});
    const env = { XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR };
    await ensure(fleet, { env });
    const pid = pidOf(fleet);
    rmSync(paths.stateDir(fleet.root), { recursive: true });
    const { client, started } = await ensure(fleet, { env });
    expect(started).toBe(false);
    expect((await client.snapshot()).daemon.pid).toBe(pid);

    // Started past the client's look at the socket, it sees for itself.
    const second = runByHand(fleet, env);
    expect(await second.ended).toMatchObject({ code: 0 });
    await stop(fleet);
  });

  test("that meets our own bug reports it, ends with 70 and leaves the rest to the next one", async () => {
    const fleet = tempFleet({});
    const program = runByHand(fleet);
    const client = await waitUntil("it listens", () => connect(fleet.root));
    await client.send(asking({ kind: "kill", select: { names: [], except: [] } })).catch(() => {});
    await client.close();
    expect(await program.ended).toMatchObject({ code: 70 });
    const log = readFileSync(paths.daemonLog(fleet.root), "utf8");
    expect(log).toContain("RangeError: a crash that the test asked for");
    expect(log).toContain("fake-daemon.ts");
    expect(calls(fleet)).toEqual(["open", "command kill"]);
    expect(readDaemonFile(fleet.root)).toBeNull();
    await ensure(fleet);
    await stop(fleet);
  });

  test("that another one exists for ends with 0 and says nothing", async () => {
    const fleet = tempFleet({});
    await ensure(fleet);
    expect(await runByHand(fleet).ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await stop(fleet);
  });

  test("serves on where a stale socket lies", async () => {
    const fleet = tempFleet({});
    const first = await ensure(fleet);
    const { socket } = readDaemonFile(fleet.root) ?? { socket: "" };
    await first.client.close();
    await stop(fleet);
    await leaveStaleSocket(socket);
    await ensure(fleet);
    expect(readDaemonFile(fleet.root)?.socket).toBe(socket);
    await stop(fleet);
  });
});

describe("a daemon that cannot start", () => {
  test.each([
    {
      title: "a reason of the user's",
      odd: "abort-at-open",
      says: ["exit code 2", "the fleet makes no sense", "make it make sense"],
    },
    { title: "a bug of ours", odd: "throw-at-open", says: ["exit code 70", "TypeError: nobody thought of this"] },
  ])("is an abort with its last words: $title", async ({ odd, says }) => {
    const fleet = tempFleet({});
    const failure = await ensure(fleet, { odd }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "Abort", exitCode: 3, hint: expect.stringContaining("daemon.log") });
    for (const words of says) expect((failure as Error).message).toContain(words);
    expect(readDaemonFile(fleet.root)).toBeNull();
    const again = await ensure(fleet);
    expect(again.started).toBe(true);
    await stop(fleet);
  });

  test("shows only its own words, not those of earlier ones", async () => {
    const fleet = tempFleet({});
    mkdirSync(paths.stateDir(fleet.root));
    writeFileSync(paths.daemonLog(fleet.root), "of yesterday\n");
    const failure = await ensure(fleet, { odd: "abort-at-open" }).catch((error: Error) => error.message);
    expect(failure).not.toContain("of yesterday");
  });

  test("because its program is missing says so", async () => {
    const fleet = tempFleet({});
    const options = { daemonEntry: join(fleet.root, "missing.js"), nodePath: process.execPath, env: fleet.env() };
    await expect(ensureDaemon(fleet.root, options)).rejects.toThrow("Cannot find module");
    await expect(ensureDaemon(fleet.root, { ...options, nodePath: "/nonexistent/node" })).rejects.toThrow("ENOENT");
  });

  test("because its lock is no database names the file", async () => {
    const fleet = tempFleet({});
    mkdirSync(paths.stateDir(fleet.root));
    writeFileSync(paths.lockFile(fleet.root), "not a database ".repeat(100));
    await expect(ensure(fleet)).rejects.toThrow(`remove it: rm ${paths.lockFile(fleet.root)}`);
  });

  test("because its folder cannot be written names it", () => {
    const fleet = tempFleet({});
    expect(() => withoutPermission(fleet.root, () => prepareStateDir(fleet.root))).toThrow(
      `cannot create or write ${fleet.root}/.orchestra: no permission`,
    );
  });
});

describe("the status", () => {
  test("of no daemon", async () => {
    const { root } = tempFleet({});
    expect(await daemonStatus(root)).toEqual({ kind: "notRunning", root });
  });

  test("of one that runs, of whatever version", async () => {
    const fleet = tempFleet({});
    await ensure(fleet, { env: { FAKE_DAEMON_VERSION: "9.9.9" } });
    const status = await daemonStatus(fleet.root);
    expect(status).toMatchObject({ kind: "running", root: fleet.root, version: "9.9.9", isSameVersion: false });
    if (status.kind !== "running") return;
    expect(status.pid).toBe(pidOf(fleet));
    expect(status.rssBytes).toBeGreaterThan(10_000_000);
    expect(status.uptimeMs).toBeGreaterThanOrEqual(0);
    const client = await connect(fleet.root);
    await expect(client?.snapshot()).rejects.toThrow("version 9.9.9");
    await client?.close();
    await stop(fleet);
  });

  test("of one that hangs names its pid", async () => {
    const fleet = tempFleet({});
    await ensure(fleet);
    const pid = pidOf(fleet);
    process.kill(pid, "SIGSTOP");
    const status = await daemonStatus(fleet.root);
    process.kill(pid, "SIGCONT");
    expect(status).toMatchObject({ kind: "silent", pid, reason: `the daemon (pid ${pid}) did not answer within 3s` });
    await stop(fleet);
  });
});

async function ensure(
  fleet: TempFleet,
  options: { odd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ client: RemoteClient; started: boolean }> {
  const env = fleet.env({ FAKE_DAEMON: options.odd ?? "", ...options.env });
  const ensured = await ensureDaemon(fleet.root, { daemonEntry: entry, nodePath: process.execPath, env });
  onTestFinished(() => ensured.client.close());
  return ensured;
}

function runByHand(fleet: TempFleet, env: NodeJS.ProcessEnv = {}): RunningProgram {
  return new RunningProgram(process.execPath, [entry, "--root", fleet.root], { cwd: fleet.root, env: fleet.env(env) });
}

async function stop(fleet: TempFleet): Promise<void> {
  const pid = await pidFromHello(fleet);
  await endDaemon(fleet.root, "stop");
  if (pid !== null) await gone(pid);
}

async function pidFromHello(fleet: TempFleet): Promise<number | null> {
  const status = await daemonStatus(fleet.root);
  return status.kind === "running" ? status.pid : null;
}

function pidOf(fleet: TempFleet): number {
  const file = readDaemonFile(fleet.root);
  if (file === null) throw new Error("there is no daemon.json");
  return file.pid;
}

/** Our own children stay zombies until they are waited for; that is gone enough. */
async function gone(pid: number): Promise<void> {
  await waitUntil(`process ${pid} is gone`, () => {
    try {
      return /\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return true;
    }
  });
}

function sessionOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[3]);
}

/** What the fake engine was asked, without the pids. */
function calls(fleet: TempFleet): string[] {
  return readFileSync(join(fleet.root, "calls.log"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^\d+ /, ""));
}

function asking(command: Command): CommandRequest {
  return { command, origin: "cli", callerEnv: null, lease: null, commandId: "1" };
}

/** Root may write anywhere, so as root it is another user who tries. */
function withoutPermission(folder: string, action: () => void): void {
  const isRoot = process.getuid?.() === 0;
  // The folder's own parent is closed to others.
  if (isRoot) chmodSync(dirname(folder), 0o755);
  chmodSync(folder, 0o555);
  if (isRoot) process.seteuid?.(65_534);
  try {
    action();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
}
