import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { findPortHolder, isPortTaken } from "../../../src/engine/process/port-holder.ts";
import { freePort } from "../../helpers/free-port.ts";
import { type StartedProgram, startProgram } from "../../helpers/processes.ts";

async function end(program: StartedProgram): Promise<void> {
  process.kill(-program.child.identity.pgid, "SIGKILL");
  await program.child.exited;
}

describe("the holder of a port", () => {
  test("is named with its command line, folder, age and unit", async () => {
    const port = await freePort();
    expect(isPortTaken(port)).toBe(false);
    expect(findPortHolder(port, "any")).toBeNull();
    const before = Date.now();
    const program = startProgram("listens.mjs", { PORT: String(port) });
    await program.printed("listening");
    expect(isPortTaken(port)).toBe(true);
    const holder = findPortHolder(port, program.markers.fleet);
    expect(holder).toMatchObject({ pid: program.child.identity.pid, unit: "api#1" });
    expect(holder?.command).toMatch(/^\S*node \S+\/listens\.mjs$/);
    expect(holder?.cwd).toMatch(/^\/.*orchestra-/);
    expect(Math.abs((holder?.startedAt ?? 0) - before)).toBeLessThan(2_000);
    expect(findPortHolder(port, "this-fleet")?.unit).toBe("api#1 of another fleet");
    await end(program);
  });

  test("has no unit where it carries no markers", async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    expect(findPortHolder(port, "any")).toMatchObject({ pid: process.pid, unit: null });
    await new Promise((resolve) => server.close(resolve));
    expect(findPortHolder(port, "any")).toBeNull();
  });

  test("is the child of a unit's leader where that one listens", async () => {
    const port = await freePort();
    const program = startProgram("child-holds-the-port.mjs", { PORT: String(port) });
    await program.printed("listening");
    const holder = findPortHolder(port, program.markers.fleet);
    expect(holder?.pid).not.toBe(program.child.identity.pid);
    expect(holder?.unit).toBe("api#1");
    await end(program);
  });
});
