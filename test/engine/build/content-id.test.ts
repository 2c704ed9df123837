import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentIdOf, isArchive } from "../../../src/engine/build/content-id.ts";
import { describeWith } from "../../helpers/require.ts";
import { TempFolder } from "./temp-folder.ts";

let folder: TempFolder;

beforeEach(() => {
  folder = new TempFolder();
});

afterEach(() => folder[Symbol.asyncDispose]());

test("a file without a build id is known by its content", async () => {
  folder.write({ a: "#!/bin/sh\n", b: "#!/bin/sh\n", c: "#!/bin/sh\n\n", empty: "" });
  const [a, b, c, empty] = await Promise.all(["a", "b", "c", "empty"].map((name) => contentIdOf(folder.join(name))));
  expect(a).toMatch(/^sha256:/);
  expect(b).toBe(a);
  expect(new Set([a, c, empty]).size).toBe(3);
});

test("an archive is told from a program", async () => {
  folder.write({ "lib.a": "!<arch>\nrest", program: "\u007fELF" });
  expect(await isArchive(folder.join("lib.a"))).toBe(true);
  expect(await isArchive(folder.join("program"))).toBe(false);
});

describeWith("go", "a Go program", () => {
  function build(name: string, ...flags: string[]): string {
    folder.write({ "go.mod": "module example.com/m\n\ngo 1.19\n", "main.go": "package main\n\nfunc main() {}\n" });
    const file = folder.join(name);
    const { status, stderr } = spawnSync("go", ["build", "-buildvcs=false", ...flags, "-o", file, "."], {
      cwd: folder.path,
    });
    if (status !== 0) throw new Error(String(stderr));
    return file;
  }

  test("is known by the last part of its build id, as the go tool prints it", async () => {
    for (const flags of [[], ["-ldflags=-s -w"], ["-buildmode=pie"]]) {
      const file = build("program", ...flags);
      const printed = spawnSync("go", ["tool", "buildid", file], { encoding: "utf8" }).stdout.trim();
      expect(await contentIdOf(file)).toBe(`go:${printed.split("/").at(-1)}`);
    }
  }, 120_000);

  test("with a build id that somebody chose is known by its content", async () => {
    for (const id of ["", "chosen"]) {
      expect(await contentIdOf(build("program", `-ldflags=-buildid=${id}`))).toMatch(/^sha256:/);
    }
  }, 120_000);
});
