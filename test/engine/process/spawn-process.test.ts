import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type SpawnResult, spawnProcess } from "../../../src/engine/process/spawn-process.ts";
import type { Failure } from "../../../src/model/failure.ts";
import { startProgram, tempFolder } from "../../helpers/processes.ts";

interface Change {
  file?: string;
  args?: string[];
  cwd?: string;
  env?: Record<string, string>;
}

function spawnIn(folder: string, change: Change): SpawnResult & { log: string } {
  const log = join(folder, "out.log");
  const result = spawnProcess({
    file: "/bin/true",
    args: [],
    cwd: folder,
    env: { PATH: "/usr/bin:/bin" },
    stdout: log,
    stderr: log,
    ...change,
  });
  return { ...result, log };
}

function failureOf(folder: string, change: Change): Failure {
  const result = spawnIn(folder, change);
  if (result.ok) throw new Error("it started");
  return result.failure;
}

/** A file that is made executable unless told. */
function write(path: string, text: string, mode = 0o755): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function outputOf(folder: string, change: Change): Promise<string> {
  const result = spawnIn(folder, change);
  if (!result.ok) throw new Error(result.failure.message);
  await result.child.exited;
  return readFileSync(result.log, "utf8");
}

describe("a program that starts", () => {
  test("tells how it ended: by code", async () => {
    const program = startProgram("exits.sh", { CODE: "7" });
    expect(program.child.exit).toBeNull();
    expect(await program.child.exited).toEqual({ kind: "code", code: 7 });
    expect(program.child.exit).toEqual({ kind: "code", code: 7 });
  });

  test("tells how it ended: by signal", async () => {
    const program = startProgram("never-binds.sh");
    process.kill(program.child.identity.pid, "SIGQUIT");
    expect(await program.child.exited).toEqual({ kind: "signal", signal: "SIGQUIT" });
  });

  test("has ended when it has ended, although another process holds its output open", async () => {
    const program = startProgram("forks-a-grandchild.mjs");
    const pid = Number(await program.printed(/grandchild (\d+)/));
    process.kill(program.child.identity.pid, "SIGTERM");
    expect(await program.child.exited).toEqual({ kind: "code", code: 0 });
    process.kill(-program.child.identity.pgid, "SIGKILL");
    expect(pid).not.toBe(program.child.identity.pid);
  });

  test("has exactly the environment it is given", async () => {
    const folder = tempFolder();
    const output = await outputOf(folder, { file: "/usr/bin/env", env: { A: "ä b", EMPTY: "" } });
    expect(output.split("\n").filter((line) => !/^(PWD|_)=/.test(line))).toEqual(["A=ä b", "EMPTY=", ""]);
  });

  test("has both streams in the file, and keeps the last line that has no end", async () => {
    const program = startProgram("exits-after-unterminated-line.sh");
    await program.child.exited;
    expect(program.output()).toBe("first line\nlast words");
  });

  test("is found in the PATH it is given, in its order, past what is not executable", async () => {
    const folder = tempFolder();
    write(join(folder, "one/tool"), "#!/bin/sh\necho one\n", 0o644);
    write(join(folder, "two/tool"), "#!/bin/sh\necho two\n");
    write(join(folder, "three/tool"), "#!/bin/sh\necho three\n");
    const env = { PATH: `${folder}/none:${folder}/one:${folder}/two:${folder}/three` };
    expect(await outputOf(folder, { file: "tool", env })).toBe("two\n");
  });

  test("is found relative to its folder", async () => {
    const folder = tempFolder();
    write(join(folder, "bin/tool"), "#!/bin/sh\necho here\n");
    expect(await outputOf(folder, { file: "bin/tool" })).toBe("here\n");
    expect(await outputOf(join(folder, "bin"), { file: "tool", env: { PATH: "." } })).toBe("here\n");
  });
});

describe("a program that cannot start is a failure that says", () => {
  test("which program is not on the PATH", () => {
    const folder = tempFolder();
    expect(failureOf(folder, { file: "no-such-tool", env: { PATH: "/usr/bin:/none" } })).toEqual({
      kind: "spawn-failed",
      file: "no-such-tool",
      errno: "ENOENT",
      message: "no-such-tool is not on the PATH",
      hint: "install no-such-tool, or give its path; PATH is /usr/bin:/none",
    });
    expect(failureOf(folder, { file: "no-such-tool", env: {} }).hint).toBe("its environment has no PATH");
  });

  test("which file does not exist, as seen from its folder", () => {
    const folder = tempFolder();
    const failure = failureOf(folder, { file: "./server" });
    expect(failure).toMatchObject({ errno: "ENOENT", message: `${folder}/server does not exist` });
  });

  test("that the folder is missing, not the program", () => {
    const folder = tempFolder();
    const failure = failureOf(folder, { cwd: join(folder, "gone") });
    expect(failure).toMatchObject({ errno: "ENOENT", message: `its folder ${folder}/gone does not exist` });
  });

  test("that the folder is a file", () => {
    const folder = tempFolder();
    const cwd = write(join(folder, "file"), "");
    expect(failureOf(folder, { cwd }).message).toBe(`its folder ${cwd} is not a folder`);
  });

  test("that the file is not executable, and how to make it so", () => {
    const folder = tempFolder();
    const path = write(join(folder, "server"), "#!/bin/sh\n", 0o644);
    const expected = { errno: "EACCES", message: `${path} is not executable`, hint: `try: chmod +x ${path}` };
    expect(failureOf(folder, { file: "./server" })).toMatchObject(expected);
    expect(failureOf(folder, { file: "server", env: { PATH: folder } })).toMatchObject(expected);
  });

  test("that it is a folder", () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "server"));
    expect(failureOf(folder, { file: "./server" }).message).toBe(`${folder}/server is a folder, not a program`);
  });

  test("which interpreter a script names that is not there", () => {
    const folder = tempFolder();
    const path = write(join(folder, "server"), "#!/opt/none/ruby -w\n");
    const message = `${path} names an interpreter that does not exist: /opt/none/ruby`;
    expect(failureOf(folder, { file: "./server" })).toMatchObject({ errno: "ENOENT", message });
  });

  test("that its arguments are too long", () => {
    const failure = failureOf(tempFolder(), { args: ["x".repeat(4 * 1024 * 1024)] });
    expect(failure).toMatchObject({ kind: "spawn-failed", errno: "E2BIG" });
  });

  test("that a zero byte is in its environment", () => {
    expect(failureOf(tempFolder(), { env: { A: "a\0b" } }).message).toContain("zero byte");
  });
});
