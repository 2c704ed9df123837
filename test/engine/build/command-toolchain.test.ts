import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BuildQueue } from "../../../src/engine/build/build-queue.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { serviceSpec } from "./service-spec.ts";
import { TempFolder } from "./temp-folder.ts";

let folder: TempFolder;
let queue: BuildQueue;

beforeEach(() => {
  folder = new TempFolder();
  queue = new BuildQueue({ concurrency: 2, binDir: folder.join("bin"), onChange: () => {} });
});

afterEach(async () => {
  await queue.close();
  await folder[Symbol.asyncDispose]();
});

const build = (command: string, name = "web", dir = folder.path) =>
  queue.request({
    service: serviceSpec(name, dir, { kind: "command", command }),
    env: { PATH: process.env.PATH ?? "", TARGET: "made" },
    force: false,
  });

test("a command builds in the service's folder with its environment, every time that it is asked for", async () => {
  for (let at = 0; at < 2; at += 1) {
    expect(await build("echo x >> $TARGET.txt")).toMatchObject({ ok: true, artifact: null, skipped: false });
  }
  expect(existsSync(folder.join("made.txt"))).toBe(true);
});

test("services with the same command in the same folder share it", async () => {
  await Promise.all([build("echo x >> count", "a"), build("echo x >> count", "b"), build("echo y >> other", "c")]);
  expect(await build("test $(wc -l < count) -eq 1")).toMatchObject({ ok: true });
});

test("a failure has the command, its exit code and its output", async () => {
  expect(await build("echo one; echo two >&2; exit 3")).toEqual({
    ok: false,
    failure: {
      kind: "build-failed",
      command: "echo one; echo two >&2; exit 3",
      exitCode: 3,
      output: expect.arrayContaining(["one", "two"]),
      message: "does not build: `echo one; echo two >&2; exit 3` ended with 3",
    },
  });
});

test("a program that is not there is named, with where to get it", async () => {
  for (const command of ["bun-of-dreams run build", "cd . && bun-of-dreams"]) {
    expect(await build(command)).toMatchObject({
      ok: false,
      failure: {
        kind: "toolchain-missing",
        tool: "bun-of-dreams",
        message: "cannot be built: there is no `bun-of-dreams` on PATH",
        hint: "install it, or correct the PATH that its build gets",
      },
    });
  }
});

test("a missing folder is named", async () => {
  const outcome = await build("true", "web", folder.join("nowhere"));
  expect(outcome).toMatchObject({
    ok: false,
    failure: { message: `its folder ${folder.join("nowhere")} does not exist` },
  });
});

test("closing ends a running build with all its processes", async () => {
  const outcome = build("sleep 600 & sleep 600");
  await waitUntil("it runs", () => processesOf(folder.path).length >= 3);
  await queue.close();
  expect(await outcome).toEqual({ ok: false, cancelled: true });
  expect(processesOf(folder.path)).toEqual([]);
});
