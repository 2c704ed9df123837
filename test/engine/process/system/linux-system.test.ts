import { mkdirSync, realpathSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { linuxSystem } from "../../../../src/engine/process/system/linux-system.ts";
import { programCommand, startProgram, tempFolder } from "../../../helpers/processes.ts";

describe("Linux", () => {
  test("tells what a process is", async () => {
    const folder = `${tempFolder()}/a folder`;
    mkdirSync(folder);
    const program = startProgram("ignores-sigterm.mjs", {}, folder);
    await program.printed("ready");
    const { pid } = program.child.identity;
    const { file, args } = programCommand("ignores-sigterm.mjs");
    expect(linuxSystem.listPids()).toContain(pid);
    expect(linuxSystem.readArguments(pid)).toEqual([file, ...args]);
    expect(linuxSystem.readPath(pid, "cwd")).toBe(folder);
    expect(linuxSystem.readPath(pid, "exe")).toBe(realpathSync(file));
    expect(linuxSystem.readPath(pid, "stdout")).toMatch(/\.log$/);
    expect(linuxSystem.readEnvironment(pid)).toContain(`ORCHESTRA_FLEET=${program.markers.fleet}\0`);
    expect(linuxSystem.readOwner(pid)).toBe(process.getuid?.());
    expect(linuxSystem.readTracer(pid)).toBe("none");
    process.kill(pid, "SIGKILL");
    await program.child.exited;
  });

  test("says nothing of who never was", () => {
    // Larger than any pid that the system hands out.
    const pid = 2 ** 22 + 7;
    expect(linuxSystem.readProcess(pid)).toBeNull();
    expect(linuxSystem.readEnvironment(pid)).toBeNull();
    expect(linuxSystem.readPath(pid, "cwd")).toBeNull();
    expect(linuxSystem.readArguments(pid)).toEqual([]);
    expect(linuxSystem.readOwner(pid)).toBeNull();
    expect(linuxSystem.readTracer(pid)).toBe("unknown");
    expect(linuxSystem.hold(pid)).toBeNull();
  });

  test("starts count from a zero that is before now", () => {
    const started = linuxSystem.readProcess(process.pid)?.startTicks ?? 0;
    const now = linuxSystem.nowMs();
    expect(now).toBeGreaterThan(started * 10);
    expect(linuxSystem.nowMs()).toBeGreaterThanOrEqual(now);
  });
});
