import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolveSharing } from "../../../../src/config/resolve-environment.ts";
import { ExitPoll } from "../../../../src/engine/drivers/exit-poll.ts";
import { ForkServer } from "../../../../src/engine/process/fork-server/fork-server.ts";
import { readProcess } from "../../../../src/engine/process/process-table.ts";
import type { SpawnedProcess, SpawnRequest } from "../../../../src/engine/process/spawn-process.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { isPermanent } from "../../../../src/model/failure.ts";
import { isAlive, markerEnvironment, tempFolder } from "../../../helpers/processes.ts";
import { forkServerProgram } from "../../../helpers/test-engine.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";

/** A fork server, and what it has started, all of which is gone when the test ends. */
class Scene {
  readonly folder = tempFolder();
  readonly log = join(this.folder, "out.log");
  readonly #children: SpawnedProcess[] = [];
  readonly server: ForkServer;

  constructor(entry = forkServerProgram) {
    const exits = new ExitPoll(systemClock);
    this.server = new ForkServer({ entry, env: process.env, watchOrphan: (held) => exits.watch(held).exited });
    writeFileSync(this.log, "");
    onTestFinished(async () => {
      await this.server.close();
      for (const { identity } of this.#children) if (isAlive(identity.pid)) process.kill(identity.pid, "SIGKILL");
    });
  }

  request(script: string, env: SpawnRequest["env"] = { PATH: "/usr/bin:/bin" }): SpawnRequest {
    return { file: "/bin/sh", args: ["-c", script], cwd: this.folder, env, stdout: this.log, stderr: this.log };
  }

  async start(script: string, env?: SpawnRequest["env"]): Promise<SpawnedProcess> {
    const result = await this.server.spawn(this.request(script, env));
    if (!result.ok) throw new Error(result.failure.message);
    this.#children.push(result.child);
    return result.child;
  }

  async output(script: string, env?: SpawnRequest["env"]): Promise<string> {
    const before = readFileSync(this.log, "utf8").length;
    await (await this.start(script, env)).exited;
    return readFileSync(this.log, "utf8").slice(before);
  }
}

function parentOf({ identity }: SpawnedProcess): number {
  return readProcess(identity.pid)?.ppid ?? -1;
}

describe("a program that a fork server starts", () => {
  test("leads a session of its own, writes to its file, and tells how it ended", async () => {
    const scene = new Scene();
    const child = await scene.start("echo here; echo there >&2; read -r x; exit 3");
    expect(child.identity).toMatchObject({ pgid: child.identity.pid, sid: child.identity.pid });
    expect(await child.exited).toEqual({ kind: "code", code: 3 });
    expect(child.exit).toEqual({ kind: "code", code: 3 });
    expect(readFileSync(scene.log, "utf8")).toBe("here\nthere\n");
    const killed = await scene.start("kill -9 $$");
    expect(await killed.exited).toEqual({ kind: "signal", signal: "SIGKILL" });
  });

  test("is certainly the one that its pid names until it has ended", async () => {
    const scene = new Scene();
    const child = await scene.start("exec sleep 1000");
    expect(child.isCertain).toBe(true);
    process.kill(child.identity.pid, "SIGKILL");
    await child.exited;
    expect(child.isCertain).toBe(false);
  });

  test("that cannot be started is a failure that says why", async () => {
    const scene = new Scene();
    const result = await scene.server.spawn({ ...scene.request(""), file: "./nowhere" });
    expect(result).toMatchObject({ ok: false, failure: { kind: "spawn-failed", errno: "ENOENT" } });
  });

  test("gets exactly its environment: its own, and what it shares with others but for what is hidden from it", async () => {
    const scene = new Scene();
    const shared = Object.assign(Object.create(null), { API_PORT: "1", DB_PORT: "2" });
    const env = (own: Record<string, string | undefined>) => Object.assign(Object.create(shared), own);
    const print = "/usr/bin/env | /usr/bin/grep -v '^_=\\|^PWD=\\|^SHLVL=' | /usr/bin/sort";
    expect(await scene.output(print, env({ OWN: "ä b" }))).toBe("API_PORT=1\nDB_PORT=2\nOWN=ä b\n");
    expect(await scene.output(print, env({ API_PORT: undefined }))).toBe("DB_PORT=2\n");
    expect(await scene.output(print, { ONLY: "1" })).toBe("ONLY=1\n");
    const bad = await scene.server.spawn(scene.request("true", env({ OWN: "a\0b" })));
    expect(bad).toMatchObject({ ok: false, failure: { message: /zero byte/ } });
    const other = Object.assign(Object.create(Object.assign(Object.create(null), { NEW: "3" })), {});
    expect(await scene.output(print, other)).toBe("NEW=3\n");
  });

  test("gets what was resolved for it, with the addresses of the other units", async () => {
    const scene = new Scene();
    const fleet = { id: "f", root: "/f", envFiles: [], env: {}, commands: {} } as never;
    const service = { name: "api", file: "/f/api/service.yml", env: { URL: "${DB_URL}/x" }, envFiles: [] };
    const address = { host: "h", ports: { main: 1 } };
    const { values } = resolveSharing({
      fleet,
      service,
      verb: "start",
      callerEnv: { PATH: "/bin", API_PORT: "of the shell" },
      overrides: {},
      replica: null,
      addresses: { api: address, db: address },
    });
    expect(await scene.output("echo $DB_PORT $URL $API_PORT $API_HOST.", values)).toBe(
      "1 http://h:1/x of the shell .\n",
    );
  });
});

describe("a fork server", () => {
  test("goes on where a signal is sent to its group, and ends with the daemon's side of its pipe", async () => {
    const scene = new Scene();
    const child = await scene.start("exec sleep 1000");
    const server = parentOf(child);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(server, signal);
    expect(parentOf(await scene.start("exec sleep 1000"))).toBe(server);
    await scene.server.close();
    await waitUntil("the server is gone", () => !isAlive(server));
    expect(isAlive(child.identity.pid)).toBe(true);
  });

  test("that is killed takes nothing with it: what it started is watched from outside, and another starts the next", async () => {
    const scene = new Scene();
    const child = await scene.start("exec sleep 1000");
    const server = parentOf(child);
    process.kill(server, "SIGKILL");
    const next = await waitUntil("another server", async () => {
      const result = await scene.server.spawn(scene.request("exec sleep 1000"));
      return result.ok ? result.child : null;
    });
    expect(parentOf(next)).not.toBe(server);
    expect(child.isCertain).toBe(true);
    process.kill(child.identity.pid, "SIGKILL");
    expect(await child.exited).toEqual({ kind: "unknown" });
    process.kill(next.identity.pid, "SIGKILL");
    expect(await next.exited).toEqual({ kind: "signal", signal: "SIGKILL" });
  });

  test("that is killed before it answers has not started what was asked for, and trying again helps", async () => {
    const scene = new Scene();
    const server = parentOf(await scene.start("exec sleep 1000"));
    process.kill(server, "SIGSTOP");
    const asked = scene.server.spawn(scene.request("exec sleep 1000"));
    process.kill(server, "SIGKILL");
    const result = await asked;
    if (result.ok) throw new Error("nobody can have started it");
    expect(isPermanent(result.failure)).toBe(false);
  });

  test("that is killed after a fork and before its answer has started what carries the markers that were asked for", async () => {
    const scene = new Scene();
    const env = {
      PATH: "/usr/bin:/bin",
      ...markerEnvironment({ fleet: scene.folder, service: "api", replica: 1, generation: 2 }),
    };
    const forked = await scene.start("exec sleep 1000", env);
    process.kill(parentOf(forked), "SIGSTOP");
    const asked = scene.server.spawn(scene.request("exec sleep 1000", env));
    process.kill(parentOf(forked), "SIGKILL");
    const result = await asked;
    if (!result.ok) throw new Error(result.failure.message);
    expect(result.child.identity).toEqual(forked.identity);
    process.kill(forked.identity.pid, "SIGKILL");
    expect(await result.child.exited).toEqual({ kind: "unknown" });
  });

  test("that cannot be started fails each spawn, and says so", async () => {
    const scene = new Scene("/nowhere/at/all.js");
    const result = await scene.server.spawn(scene.request("true"));
    expect(result).toMatchObject({ ok: false, failure: { kind: "spawn-failed", message: /fork server/ } });
  });

  test("that was closed starts nothing", async () => {
    const scene = new Scene();
    await scene.server.close();
    expect(await scene.server.spawn(scene.request("true"))).toMatchObject({ ok: false });
  });
});

describe("a fork server that is to write down how a program ends", () => {
  /** Starts a script that is held so, and waits for `go` where the script does. */
  async function held(scene: Scene, script: string): Promise<{ child: SpawnedProcess; exitFile: string }> {
    const exitFile = join(scene.folder, "exit");
    writeFileSync(exitFile, "");
    const result = await scene.server.spawn({ ...scene.request(script), exitFile });
    if (!result.ok) throw new Error(result.failure.message);
    return { child: result.child, exitFile };
  }

  test.each([
    ["exit 0", "0\n"],
    ["exit 143", "143\n"],
    ["kill -TERM $$", "SIGTERM\n"],
  ])("has done so by the time that it tells the daemon: %s", async (script, text) => {
    const scene = new Scene();
    const { child, exitFile } = await held(scene, script);
    await child.exited;
    expect(readFileSync(exitFile, "utf8")).toBe(text);
  });

  test("stays for that when its daemon lets go, and then ends", async () => {
    const scene = new Scene();
    const { child, exitFile } = await held(scene, "until [ -e go ]; do sleep 0.02; done; exit 7");
    const server = parentOf(child);
    await scene.server.close();
    expect(isAlive(server)).toBe(true);
    expect(readFileSync(`/proc/${server}/cmdline`, "utf8")).toMatch(/^orchestra: holds oneshots\0/);
    writeFileSync(join(scene.folder, "go"), "");
    await waitUntil("the holder is gone", () => !isAlive(server));
    expect(readFileSync(exitFile, "utf8")).toBe("7\n");
  });

  test("takes the note away that a program was begun which could not be started", async () => {
    const scene = new Scene();
    const exitFile = join(scene.folder, "exit");
    writeFileSync(exitFile, "");
    const result = await scene.server.spawn({ ...scene.request(""), file: "/nowhere/at/all", exitFile });
    expect(result).toMatchObject({ ok: false, failure: { kind: "spawn-failed", errno: "ENOENT" } });
    expect(existsSync(exitFile)).toBe(false);
  });
});
