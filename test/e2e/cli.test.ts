import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { PsJson } from "../../src/cli/output/ps-json.ts";
import { freePort } from "../helpers/free-port.ts";
import { type TempFleet, tempFleet } from "../helpers/temp-fleet.ts";
import { waitUntil } from "../helpers/wait-until.ts";

/** Listens on PORT and says so; ends on SIGTERM. */
const server = `
import { createServer } from "node:http";
createServer((_, response) => response.end("ok")).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening " + process.env.MARK));
process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });
`;

const api = { "api/service.yml": "run: node server.mjs\nport: auto\n", "api/server.mjs": server };

async function ps(fleet: TempFleet): Promise<PsJson> {
  const { code, stdout, stderr } = await fleet.orchestra(["ps", "--json"]);
  expect([code, stderr]).toEqual([0, stderr.startsWith("nothing runs") ? stderr : ""]);
  return JSON.parse(stdout) as PsJson;
}

/** A fleet whose services are all taken down when the test ends. */
function fleetWith(files: Record<string, string>): TempFleet {
  const fleet = tempFleet({ files });
  onTestFinished(async () => {
    await fleet.orchestra(["daemon", "stop"]);
  });
  return fleet;
}

describe("a fleet from the command line", () => {
  test("starts until ready, is shown, stops, and leaves nothing", async () => {
    const fleet = fleetWith({
      ...api,
      "web/service.yml": "run: node ../api/server.mjs\nport: auto\ndepends_on: [api]\nscale: 2\n",
      "job/service.yml": 'run: echo "done"\noneshot: true\n',
    });
    const started = await fleet.orchestra(["start", "-e", "MARK=here"]);
    expect(started.stderr).toContain("web#1  waiting for api to be ready (start)\n");
    expect(started).toMatchObject({ code: 0, stdout: "" });
    expect(started.stderr).toMatch(/\nready after \S+: api, job and web ×2\n$/);

    const shown = await ps(fleet);
    expect(shown.services.map(({ name, wanted, scale }) => [name, wanted, scale])).toEqual([
      ["api", "running", { wanted: 1, ready: 1 }],
      ["job", "running", { wanted: 1, ready: 0 }],
      ["web", "running", { wanted: 2, ready: 2 }],
    ]);
    const [replica] = shown.services[0]?.replicas ?? [];
    expect(replica).toMatchObject({ id: "api#1", phase: "ready", generation: 1, restarts: 0, failure: null });
    expect(await (await fetch(`http://127.0.0.1:${replica?.port}`)).text()).toBe("ok");

    const again = await fleet.orchestra(["start"]);
    expect(again).toMatchObject({ code: 0, stderr: "already running: api, job and web ×2\n" });

    const logs = await fleet.orchestra(["logs", "api", "--grep", "listening"]);
    expect(logs.stdout).toBe("api#1 │ listening here\n");

    const stop = await fleet.orchestra(["stop", "web"]);
    expect(stop.code).toBe(0);
    expect(stop.stderr).toMatch(/\nstopped web ×2 in \S+\n$/);

    const down = await fleet.orchestra(["down"]);
    expect(down.code).toBe(0);
    expect((await fleet.orchestra(["daemon", "status"])).stdout).toBe(`no daemon runs for ${fleet.root}\n`);
    expect(await fleet.orchestra(["ps"])).toMatchObject({ code: 0, stdout: "" });
    // What was written is still there to read.
    expect((await fleet.orchestra(["logs", "api", "--grep", "bye"])).stdout).toBe("api#1 │ bye\n");
  });

  test("what fails for good ends a start with 1 and its last words, while the others run", async () => {
    const fleet = fleetWith({ ...api, "bad/service.yml": "run: sh -c 'echo no database; exit 3'\nrestart: never\n" });
    const { code, stderr } = await fleet.orchestra(["start"]);
    expect(code).toBe(1);
    expect(stderr).toContain("\nbad#1 failed: exit 3\n    │ no database\n");
    expect((await ps(fleet)).services.map((s) => s.replicas[0]?.phase)).toEqual(["ready", "failed"]);
  });

  test("a missing program ends with 1, and says which", async () => {
    const fleet = fleetWith({ "api/service.yml": "run: ./no-such-program\n" });
    const { code, stderr } = await fleet.orchestra(["start"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/api#1 failed: .*no-such-program/);
  });

  test("a taken port is waited for, with its holder named, up to the limit: 124", async () => {
    const port = await freePort();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void holder.close());
    const fleet = fleetWith({ ...api, "api/service.yml": `run: node server.mjs\nport: ${port}\n` });
    const { code, stderr } = await fleet.orchestra(["start", "--wait-timeout", "1s"]);
    expect(code).toBe(124);
    expect(stderr).toContain(`still waiting for\n  api#1 waiting for port ${port}, taken by pid ${process.pid} (`);
    expect(stderr).toContain("not by this fleet");
  });

  test("a config with mistakes ends with 2, and nothing is started, not even a daemon", async () => {
    const fleet = fleetWith({ "api/service.yml": "run: ./api\nprot: 80\n" });
    const { code, stderr } = await fleet.orchestra(["start"]);
    expect(code).toBe(2);
    expect(stderr).toContain("api/service.yml:2:1");
    expect((await fleet.orchestra(["daemon", "status"])).stdout).toContain("no daemon runs");
  });

  test("a mistake that comes later keeps start from changing anything; what runs goes on", async () => {
    const fleet = fleetWith(api);
    expect((await fleet.orchestra(["start"])).code).toBe(0);
    fleet.write("api/service.yml", "run: node server.mjs\nport: auto\nprot: 80\n");
    const { code, stderr } = await fleet.orchestra(["restart"]);
    expect(code).toBe(2);
    expect(stderr).toContain("api/service.yml:3:1");
    expect((await ps(fleet)).services[0]?.replicas[0]).toMatchObject({ phase: "ready", generation: 1 });
  });

  test("scale, restart and kill, live", async () => {
    const fleet = fleetWith(api);
    await fleet.orchestra(["start"]);
    expect((await fleet.orchestra(["scale", "api=3"])).stderr).toMatch(/scaled api from 1 to 3 in \S+\n$/);
    expect((await ps(fleet)).services[0]?.scale).toEqual({ wanted: 3, ready: 3 });
    expect((await fleet.orchestra(["scale", "api", "-1"])).code).toBe(0);
    expect((await ps(fleet)).services[0]?.replicas.map((r) => r.id)).toEqual(["api#1", "api#2"]);
    expect((await fleet.orchestra(["restart", "api"])).stderr).toMatch(/restarted api ×2 in \S+\n$/);
    expect((await ps(fleet)).services[0]?.replicas.map((r) => [r.phase, r.generation])).toEqual([
      ["ready", 2],
      ["ready", 2],
    ]);
    expect((await fleet.orchestra(["kill", "api#2"])).code).toBe(0);
    expect((await ps(fleet)).services[0]?.replicas.map((r) => r.phase)).toEqual(["ready", "stopped"]);
  });

  test("hooks are shown as they run, and a failing one keeps the start from happening", async () => {
    const fleet = fleetWith({ ...api, "orchestra.yml": 'before: ["echo preparing; exit 4"]\n' });
    const { code, stderr } = await fleet.orchestra(["start"]);
    expect(code).toBe(1);
    expect(stderr).toContain("preparing\n");
    expect(stderr).toContain("failed with exit 4");
    expect((await ps(fleet)).services[0]?.wanted).toBe("stopped");
  });

  test("an unknown name ends with 2 and a suggestion", async () => {
    const fleet = fleetWith(api);
    await fleet.orchestra(["start"]);
    expect(await fleet.orchestra(["restart", "apu"])).toMatchObject({
      code: 2,
      stderr: 'there is no service "apu"\n  did you mean "api"?\n',
    });
  });
});

describe("start --attach", () => {
  test("shows the logs, and Ctrl-C stops what it started and nothing else", async () => {
    const fleet = fleetWith({ ...api, "web/service.yml": "run: node ../api/server.mjs\nport: auto\n" });
    await fleet.orchestra(["start", "web"]);
    const attached = fleet.start(["start", "--attach"]);
    await attached.waitFor(/^ready after/m);
    attached.kill("SIGINT");
    const { code, stdout } = await attached.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/api#1 │ listening/);
    expect(stdout).toMatch(/api#1 │ bye/);
    const phases = (await ps(fleet)).services.map((s) => [s.name, s.replicas[0]?.phase]);
    expect(phases).toEqual([
      ["api", "stopped"],
      ["web", "ready"],
    ]);
  });

  test("its own sudden death stops what it started", async () => {
    const fleet = fleetWith(api);
    const attached = fleet.start(["start", "--attach"]);
    await attached.waitFor(/^ready after/m);
    attached.kill("SIGKILL");
    await attached.ended;
    await waitUntil("all of it is gone", async () =>
      (await ps(fleet)).services.every((s) => s.replicas.every((r) => r.pid === null)),
    );
  });
});

describe("logs", () => {
  test("-f loses no line of a fast writer, and ends with a reader that has enough", async () => {
    const count = 20_000;
    const writer = `for (let i = 1; i <= ${count}; i += 1) console.log("line " + i);\nconsole.log("that was all"); setInterval(() => {}, 1e6);\n`;
    const fleet = fleetWith({
      "loud/service.yml": "run: node loud.mjs\n",
      "loud/loud.mjs": writer,
      "quiet/service.yml": "run: sleep 1000\n",
    });
    await fleet.orchestra(["start", "quiet"]);
    const follower = fleet.start(["logs", "-f"]);
    await fleet.orchestra(["start", "loud"]);
    await follower.waitFor("that was all");
    follower.kill("SIGINT");
    const { code, stdout } = await follower.ended;
    expect(code).toBe(0);
    const numbers = [...stdout.matchAll(/^loud#1 +│ line (\d+)$/gm)].map((m) => Number(m[1]));
    expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i + 1));

    const head = await fleet.start(["logs", "loud"], {}).ended;
    expect(head.code).toBe(0);
    const { execFile } = await import("node:child_process");
    const pipe = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      const program = new URL("../../bin/orchestra", import.meta.url).pathname;
      execFile(
        "/bin/sh",
        ["-c", `"${program}" logs loud | head -n 3; echo end`],
        { cwd: fleet.root, env: fleet.env() },
        (_, stdout, stderr) => resolve({ stdout, stderr }),
      );
    });
    expect(pipe.stderr).toBe("");
    expect(pipe.stdout.trimEnd().split("\n")).toHaveLength(4);
  });
});

describe("the daemon", () => {
  test("is replaced without touching what runs", async () => {
    const fleet = fleetWith(api);
    await fleet.orchestra(["start"]);
    const before = await ps(fleet);
    expect((await fleet.orchestra(["daemon", "restart"])).stderr).toMatch(/^replaced the daemon: pid \d+, version /);
    expect((await fleet.orchestra(["wait", "api"])).code).toBe(0);
    const after = await ps(fleet);
    expect(after.daemon?.pid).not.toBe(before.daemon?.pid);
    expect(after.services[0]?.replicas[0]).toMatchObject({
      phase: "ready",
      pid: before.services[0]?.replicas[0]?.pid,
      generation: 1,
    });
  });

  test("may be killed: ps shows what outlived it, and down ends that too", async () => {
    const fleet = fleetWith(api);
    await fleet.orchestra(["start"]);
    const before = await ps(fleet);
    process.kill(before.daemon?.pid ?? -1, "SIGKILL");
    await waitUntil("the daemon is gone", async () =>
      (await fleet.orchestra(["daemon", "status"])).stdout.startsWith("no daemon"),
    );
    const shown = await fleet.orchestra(["ps"]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`api#1  ${before.services[0]?.replicas[0]?.pid}`);
    expect(await ps(fleet)).toMatchObject({ daemon: null, services: [{ name: "api", replicas: [{ id: "api#1" }] }] });
    const down = await fleet.orchestra(["down"]);
    expect(down.code).toBe(0);
    expect((await ps(fleet)).services).toEqual([]);
  });

  test("its own messages can be read and followed", async () => {
    const fleet = fleetWith(api);
    expect((await fleet.orchestra(["daemon", "logs"])).stderr).toBe(`no daemon ever ran for ${fleet.root}\n`);
    await fleet.orchestra(["start"]);
    const follower = fleet.start(["daemon", "logs", "-f"]);
    await follower.waitFor("serves");
    await fleet.orchestra(["down"]);
    await follower.waitFor("ends: stopped");
    follower.kill("SIGINT");
    expect((await follower.ended).code).toBe(0);
    expect(follower.stdout).toBe(readFileSync(fleet.path(".orchestra/daemon.log"), "utf8"));
  });
});
