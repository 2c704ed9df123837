import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { sampleFleet } from "../helpers/fleet-samples.ts";
import { waitUntil } from "../helpers/wait-until.ts";
import { CliWorld } from "./cli-world.ts";

const files = {
  "api/service.yml": "run: node server.mjs\n",
  "api/server.mjs": "setInterval(() => {}, 1000);\n",
};

function withoutDaemon(change: Record<string, string> = {}): CliWorld {
  return new CliWorld(sampleFleet([]), { hasDaemon: false, files: { ...files, ...change } });
}

/** Somebody starts the service by hand. */
function startByHand({ root }: CliWorld): number {
  const child = spawn(process.execPath, ["server.mjs", "--password=hunter2"], {
    cwd: join(root, "api"),
    stdio: "ignore",
  });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  });
  if (child.pid === undefined) throw new Error("it did not start");
  return child.pid;
}

async function listed(world: CliWorld): Promise<{ pid: number; service: string; command: string }[]> {
  world.stdout = "";
  expect(await world.run("strays", "--json")).toBe(0);
  return JSON.parse(world.stdout).strays;
}

describe("strays where no daemon runs", () => {
  test("are found all the same, and no daemon is started for it", async () => {
    const world = withoutDaemon();
    const pid = startByHand(world);
    // Until it has become the program it is still a copy of this one.
    await waitUntil("it is found", async () => (await listed(world)).some((stray) => stray.pid === pid));
    const [stray] = await listed(world);
    expect(stray).toMatchObject({ pid, service: "api", standing: "asked" });
    expect(stray?.command).toContain("--password=•••");
    world.stdout = "";
    expect(await world.run("strays", "stop", String(pid), "--dry-run")).toBe(0);
    expect(world.stdout).toContain(`would stop pid ${pid} of api`);
    expect(world.startedDaemons).toBe(0);
  });

  test("a decision starts one; what that has dealt with by itself is no mistake", async () => {
    const world = withoutDaemon();
    const pid = startByHand(world);
    await waitUntil("it is found", async () => (await listed(world)).some((stray) => stray.pid === pid));
    expect(await world.run("strays", "stop", String(pid))).toBe(0);
    expect(world.startedDaemons).toBe(1);
    expect(world.stderr).toContain("nothing to stop: the daemon has just dealt with it\n");
    expect(world.client.commands).toEqual([]);
  });

  test("a config with mistakes is told of", async () => {
    const world = withoutDaemon({ "api/service.yml": "runn: x\n" });
    expect(await world.run("strays")).toBe(2);
    expect(world.stderr).toContain("runn");
  });
});
