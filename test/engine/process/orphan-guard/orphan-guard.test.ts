import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { OrphanGuard } from "../../../../src/engine/process/orphan-guard/orphan-guard.ts";
import { type CommandResult, runCommand } from "../../../../src/engine/process/run-command.ts";
import { tempFolder } from "../../../helpers/processes.ts";
import { processesOf } from "../../../helpers/processes-of.ts";
import { waitUntil } from "../../../helpers/wait-until.ts";

const env = { PATH: process.env.PATH ?? "" };

/** The processes of this one's own that guard, whatever they have become. */
function guards(): number[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      return "";
    }
  };
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && /\) [^Z] (\d+)/.exec(read(pid, "stat"))?.[1] === String(process.pid))
    .filter((pid) => /orchestra-guard|orphan-guard-main/.test(read(pid, "cmdline")))
    .map(Number);
}

async function begin(cwd: string, guard: OrphanGuard, command: string): Promise<{ result: Promise<CommandResult> }> {
  const result = runCommand({ command, cwd, env, timeoutMs: 60_000, guard });
  await waitUntil("it runs", () => processesOf(cwd).some((p) => p.command === `/bin/sh -c ${command}`));
  return { result };
}

async function untilNoGuard(): Promise<void> {
  await waitUntil("no guard is left", () => guards().length === 0, 20_000);
}

describe("the guard of commands", () => {
  test("ends those that still run when it hears no more of them, and then itself", async () => {
    const cwd = tempFolder();
    const guard = new OrphanGuard();
    const first = await begin(cwd, guard, "sleep 311 & sleep 312; true");
    const second = await begin(cwd, guard, "trap '' TERM; while :; do sleep 0.05; done");
    guard.close();
    expect((await first.result).signal).toBe("SIGTERM");
    expect((await second.result).signal).toBe("SIGKILL");
    await untilNoGuard();
    expect(processesOf(cwd)).toEqual([]);
  });

  test("ends when there is nobody to be ended, and touches nothing that a command has left", async () => {
    const cwd = tempFolder();
    const guard = new OrphanGuard();
    const { exitCode } = await runCommand({
      command: "setsid sleep 20 > /dev/null 2>&1 & exit 3",
      cwd,
      env,
      timeoutMs: 60_000,
      guard,
    });
    expect(exitCode).toBe(3);
    guard.close();
    await untilNoGuard();
    const left = processesOf(cwd);
    expect(left.map((p) => p.command)).toEqual(["sleep 20"]);
    for (const { pid } of left) process.kill(pid, "SIGKILL");
  });

  test("is replaced where it was killed, by one that guards the same", async () => {
    const cwd = tempFolder();
    const guard = new OrphanGuard();
    const first = await begin(cwd, guard, "sleep 313; true");
    const [killed = -1] = guards();
    process.kill(killed, "SIGKILL");
    await waitUntil("there is another", () => guards().some((pid) => pid !== killed));
    const second = await begin(cwd, guard, "sleep 314; true");
    guard.close();
    expect([(await first.result).signal, (await second.result).signal]).toEqual(["SIGTERM", "SIGTERM"]);
    await untilNoGuard();
  });
});
