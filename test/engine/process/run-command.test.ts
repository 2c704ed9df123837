import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type CommandRunRequest, runCommand } from "../../../src/engine/process/run-command.ts";
import { isAlive, programCommand, tempFolder } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

const env = { PATH: process.env.PATH ?? "", HOME: "/nowhere" };

function run(
  command: CommandRunRequest["command"],
  change: Partial<CommandRunRequest> = {},
): ReturnType<typeof runCommand> {
  return runCommand({ command, cwd: tempFolder(), env, timeoutMs: 20_000, ...change });
}

describe("a command", () => {
  test("gives its output, both streams, and its exit code", async () => {
    const chunks: string[] = [];
    const result = await run("echo out; echo err >&2; exit 3", { onOutput: (chunk) => chunks.push(chunk) });
    expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, aborted: false, failure: null });
    expect(result.output.split("\n").sort()).toEqual(["", "err", "out"]);
    expect(chunks.join("").split("\n").sort()).toEqual(["", "err", "out"]);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  test("may be a program with arguments, which no shell touches", async () => {
    expect((await run({ file: "printf", args: ["%s|", "$HOME", "a b"] })).output).toBe("$HOME|a b|");
  });

  test("runs in its folder, with exactly its environment and no input", async () => {
    const cwd = tempFolder();
    const result = await run("pwd; cat; env", { cwd, env: { ...env, A: "b" } });
    const lines = result.output.trim().split("\n");
    expect(lines[0]).toBe(cwd);
    expect(
      lines
        .slice(1)
        .map((line) => line.split("=")[0])
        .filter((name) => !/^(PWD|OLDPWD|SHLVL|_)$/.test(name ?? ""))
        .sort(),
    ).toEqual(["A", "HOME", "PATH"]);
  });

  test("that a signal ends says which", async () => {
    expect(await run("kill -9 $$")).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: false });
  });

  test("keeps the end of a long output, counts the rest, and passes all of it on in whole characters", async () => {
    let length = 0;
    let hasBroken = false;
    const folder = tempFolder();
    writeFileSync(join(folder, "big"), "é".repeat(500_000));
    const result = await run("cat big; echo END", {
      cwd: folder,
      maxOutputBytes: 1_001,
      onOutput: (chunk) => {
        length += chunk.length;
        hasBroken ||= chunk.includes("\ufffd");
      },
    });
    expect(result.output).toBe(`${"é".repeat(498)}END\n`);
    expect(result.droppedBytes).toBe(1_000_004 - 1_001);
    expect(length).toBe(500_004);
    expect(hasBroken).toBe(false);
  });

  test("has ended when it has ended, although what it left in the background holds its output", async () => {
    const result = await run("sleep 30 & echo $!");
    expect(result.exitCode).toBe(0);
    expect(result.durationMs).toBeLessThan(5_000);
    const pid = Number(result.output);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });

  test("steps back where it is told to", async () => {
    expect((await run("cut -d' ' -f19 /proc/self/stat", { nice: 7 })).output).toBe("7\n");
  });
});

describe("a command that takes too long", () => {
  test("is ended with its whole tree", async () => {
    const { file, args } = programCommand("forks-a-grandchild.mjs");
    let output = "";
    const stop = new AbortController();
    const running = run({ file, args }, { signal: stop.signal, onOutput: (chunk) => (output += chunk) });
    const pid = Number(await waitUntil("the grandchild runs", () => /grandchild (\d+)/.exec(output)?.[1] ?? null));
    stop.abort();
    const result = await running;
    expect(result).toMatchObject({ aborted: true, timedOut: false });
    expect(isAlive(pid)).toBe(false);
  });

  test("says so", async () => {
    const result = await run("echo begun; sleep 30; echo never", { timeoutMs: 300 });
    expect(result).toMatchObject({
      timedOut: true,
      aborted: false,
      exitCode: null,
      signal: "SIGTERM",
      output: "begun\n",
    });
  });

  test("is killed where it ignores SIGTERM", async () => {
    const result = await run("trap '' TERM; while :; do sleep 0.1; done", { timeoutMs: 200 });
    expect(result).toMatchObject({ timedOut: true, signal: "SIGKILL" });
    expect(result.durationMs).toBeLessThan(5_000);
  });

  test("is not begun where it was aborted before", async () => {
    const result = await run("echo never", { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ aborted: true, exitCode: null, output: "" });
  });
});

describe("a command that cannot be started", () => {
  test("says why", async () => {
    const folder = tempFolder();
    const missing = await run({ file: "no-such-tool", args: [] }, { cwd: folder });
    expect(missing).toMatchObject({ exitCode: null, failure: { kind: "spawn-failed", errno: "ENOENT" } });
    expect(missing.failure?.message).toBe("no-such-tool is not on the PATH");
    const nowhere = await run("echo never", { cwd: join(folder, "gone") });
    expect(nowhere.failure?.message).toBe(`its folder ${folder}/gone does not exist`);
    const long = await run({ file: "echo", args: ["x".repeat(4 * 1024 * 1024)] }, { cwd: folder });
    expect(long.failure).toMatchObject({ errno: "E2BIG" });
  });
});
