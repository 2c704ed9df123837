import { describe, expect, test } from "vitest";
import { HeldProcess, matchesIdentity, readIdentity } from "../../../src/engine/process/identity.ts";
import { startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

async function startAndEnd(): Promise<ReturnType<typeof startProgram>> {
  const program = startProgram("exits.sh");
  await program.child.exited;
  return program;
}

describe("an identity", () => {
  test("is what the system says about the pid", async () => {
    const program = startProgram("never-binds.sh");
    const { identity } = program.child;
    expect(readIdentity(identity.pid)).toEqual(identity);
    expect(identity).toMatchObject({ pgid: identity.pid, sid: identity.pid });
    process.kill(identity.pid, "SIGKILL");
    await program.child.exited;
    expect(readIdentity(identity.pid)).toBeNull();
  });

  test("is confirmed by markers, executable or folder, and by nothing else", async () => {
    const program = startProgram("ignores-sigterm.mjs");
    await program.printed("ready");
    const { identity } = program.child;
    const { markers } = program;
    expect(matchesIdentity(identity, { markers })).toBe(true);
    expect(matchesIdentity(identity, { executable: process.execPath })).toBe(true);
    expect(matchesIdentity(identity, { markers: { ...markers, generation: 2 } })).toBe(false);
    expect(matchesIdentity(identity, { executable: "/bin/other", cwd: null })).toBe(false);
    expect(matchesIdentity(identity, {})).toBe(false);
    process.kill(identity.pid, "SIGKILL");
    await program.child.exited;
  });

  test("of another process that had the pid before is refused, whatever the evidence", async () => {
    const program = startProgram("never-binds.sh");
    await program.printed("started");
    const { markers } = program;
    const older = { ...program.child.identity, startTicks: program.child.identity.startTicks - 1 };
    const otherBoot = { ...program.child.identity, bootId: "00000000-0000-0000-0000-000000000000" };
    for (const identity of [older, otherBoot]) {
      expect(matchesIdentity(identity, { markers })).toBe(false);
      expect(HeldProcess.hold(identity)).toBeNull();
    }
    process.kill(program.child.identity.pid, "SIGKILL");
    await program.child.exited;
  });

  test("of a dead process is refused", async () => {
    const { child, markers } = await startAndEnd();
    expect(matchesIdentity(child.identity, { markers })).toBe(false);
    expect(HeldProcess.hold(child.identity)).toBeNull();
  });
});

describe("a held process", () => {
  test("is seen to die, and stays dead", async () => {
    const program = startProgram("never-binds.sh");
    const held = HeldProcess.hold(program.child.identity);
    if (held === null) throw new Error("it lives, and was not held");
    expect(held.isAlive()).toBe(true);
    process.kill(program.child.identity.pid, "SIGKILL");
    await waitUntil("its death is seen", () => !held.isAlive());
    expect(held.isAlive()).toBe(false);
    await program.child.exited;
  });

  test("counts as dead as a zombie, before its parent has reaped it", () => {
    const program = startProgram("never-binds.sh");
    const held = HeldProcess.hold(program.child.identity);
    process.kill(program.child.identity.pid, "SIGKILL");
    // Within one turn of the event loop nothing is reaped.
    const end = performance.now() + 5_000;
    while (held?.isAlive() === true && performance.now() < end);
    expect(held?.isAlive()).toBe(false);
    expect(program.child.exit).toBeNull();
    expect(readIdentity(program.child.identity.pid)).toEqual(program.child.identity);
  });

  test("that is let go of counts as dead", async () => {
    const program = startProgram("never-binds.sh");
    const held = HeldProcess.hold(program.child.identity);
    held?.close();
    held?.close();
    expect(held?.isAlive()).toBe(false);
    process.kill(program.child.identity.pid, "SIGKILL");
    await program.child.exited;
  });
});
