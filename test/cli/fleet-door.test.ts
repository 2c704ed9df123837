import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FleetAtRoot } from "../../src/cli/fleet-door.ts";
import { VersionMismatch } from "../../src/daemon/version-mismatch.ts";
import { sampleFleet, sampleService } from "../helpers/fleet-samples.ts";
import { CliWorld } from "./cli-world.ts";

function doorOf(world: CliWorld): FleetAtRoot {
  return new FleetAtRoot(world.root, world.context, { starts: true });
}

const running = sampleFleet([sampleService("api")]);

describe("the way to a fleet", () => {
  test("leads to the daemon that runs, and starts nothing where something was asked for", async () => {
    const door = doorOf(new CliWorld(running));
    expect(await door.look()).toMatchObject({ kind: "opened", fleet: { autoStart: false, startedFleet: false } });
    expect(door.opened?.startedDaemon).toBe(false);
  });

  test("starts a daemon where none runs, and then what has autostart", async () => {
    const world = new CliWorld(sampleFleet([sampleService("api", { wanted: "stopped" })]), { hasDaemon: false });
    const door = doorOf(world);
    expect(await door.look()).toMatchObject({ kind: "opened", fleet: { autoStart: true, startedFleet: true } });
    expect(door.opened?.startedDaemon).toBe(true);
  });

  test("is shut by mistakes in the config; the same answer comes until a file changes, and then the fleet", async () => {
    const files = { "api/service.yml": "run: ./api\nprot: 1\n" };
    const world = new CliWorld(running, { hasDaemon: false, files });
    const door = doorOf(world);
    const first = await door.look();
    expect(first).toMatchObject({
      kind: "shut",
      trouble: { kind: "broken", diagnostics: [{ message: 'unknown key "prot"' }] },
    });
    expect(door.abort?.message).toContain("api/service.yml:2:1");
    expect(await door.look()).toBe(first);
    expect(world.startedDaemons).toBe(0);
    writeFileSync(join(world.root, "api/service.yml"), "run: ./api\nport: 1234\n");
    expect(await door.look()).toMatchObject({ kind: "opened" });
    expect(world.startedDaemons).toBe(1);
  });

  test("is shut where there is nothing to run; what is proposed is written, and opens it", async () => {
    const files = { "web/package.json": '{"scripts": {"start": "node server.js"}}' };
    const world = new CliWorld(running, { hasDaemon: false, files });
    const door = doorOf(world);
    expect(await door.look()).toMatchObject({
      trouble: { kind: "nothing", files: [{ path: "web/service.yml", found: expect.stringContaining("npm") }] },
    });
    expect(await door.create()).toBeNull();
    expect(existsSync(join(world.root, "web/service.yml"))).toBe(true);
    expect(await door.look()).toMatchObject({ kind: "opened" });
  });

  test("says why the files could not be written", async () => {
    const files = { "web/package.json": '{"scripts": {"start": "node server.js"}}' };
    const world = new CliWorld(running, { hasDaemon: false, files });
    const door = doorOf(world);
    await door.look();
    writeFileSync(join(world.root, "web/service.yml"), "");
    expect(await door.create()).toContain("cannot write");
  });

  test("is shut by a daemon of another version", async () => {
    const world = new CliWorld(running);
    world.client.snapshot = async () => {
      throw new VersionMismatch("0.0.1", "0.0.2");
    };
    const door = doorOf(world);
    expect(await door.look()).toMatchObject({ trouble: { kind: "other-version", daemonVersion: "0.0.1" } });
    expect(door.abort?.hint).toContain("orchestra daemon restart");
  });
});
