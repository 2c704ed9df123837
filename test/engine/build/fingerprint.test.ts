import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BuildInputs, matchesFingerprint, takeFingerprint } from "../../../src/engine/build/fingerprint.ts";
import { StatCache } from "../../../src/engine/build/stat-cache.ts";
import { TempFolder } from "./temp-folder.ts";

let folder: TempFolder;
let inputs: BuildInputs;

beforeEach(() => {
  folder = new TempFolder();
  folder.write({ "app/main.go": "package main", "app/main_test.go": "package main", "go.mod": "module m" });
  inputs = {
    files: [folder.join("go.mod"), folder.join("go.work")],
    directories: [{ dir: folder.join("app"), filter: "go" }],
  };
});

afterEach(() => folder[Symbol.asyncDispose]());

/** As if the build had begun so long after the last change. */
function take(laterMs = 60_000, namesBefore: Map<string, string[]> = new Map()) {
  const newest = Math.max(statSync(folder.join("app")).mtimeMs, statSync(folder.join("go.mod")).ctimeMs);
  return takeFingerprint(inputs, newest + laterMs, namesBefore, new StatCache());
}

describe("what was found", () => {
  const changes: [string, boolean, () => void][] = [
    ["nothing", true, () => {}],
    ["a file has the same content and a new time", false, () => folder.touch("app/main.go")],
    ["a file has another size", false, () => folder.write({ "go.mod": "module other" })],
    ["a file is gone", false, () => rmSync(folder.join("go.mod"))],
    ["a missing file appears", false, () => folder.write({ "go.work": "" })],
    ["a source appears", false, () => folder.write({ "app/more.go": "" })],
    ["a source is renamed", false, () => renameSync(folder.join("app/main.go"), folder.join("app/start.go"))],
    ["a header appears", false, () => folder.write({ "app/x.h": "" })],
    ["a test changes", true, () => folder.write({ "app/main_test.go": "package changed" })],
    ["a test appears", true, () => folder.write({ "app/more_test.go": "" })],
    ["data appears", true, () => folder.write({ "app/app.db": "" })],
    ["a folder appears", true, () => mkdirSync(folder.join("app/data"))],
    ["the folder is gone", false, () => rmSync(folder.join("app"), { recursive: true })],
    [
      "a file was replaced by one of the same size and time",
      false,
      () => {
        const { atime, mtime } = statSync(folder.join("app/main.go"));
        folder.write({ "app/main.go.new": "package niam" });
        utimesSync(folder.join("app/main.go.new"), atime, mtime);
        renameSync(folder.join("app/main.go.new"), folder.join("app/main.go"));
      },
    ],
  ];
  test.each(changes)("after %s it still holds: %s", (_what, holds, change) => {
    const taken = take();
    if (taken === null) throw new Error("nothing taken");
    // As it is kept on disk.
    const fingerprint = JSON.parse(JSON.stringify(taken));
    change();
    expect(matchesFingerprint(fingerprint, new StatCache())).toBe(holds);
  });
});

describe("what cannot be known for certain is not taken", () => {
  test("a file that changed after the build began, or just before", () => {
    expect(take(-1)).toBeNull();
    expect(take(5)).toBeNull();
    expect(take(60_000)).not.toBeNull();
  });

  test("a directory that changed meanwhile, unless its names are known from before", () => {
    const began = Date.now() + 60_000;
    utimesSync(folder.join("app"), new Date(began + 1000), new Date(began + 1000));
    const taken = (names: Map<string, string[]>) => takeFingerprint(inputs, began, names, new StatCache());
    expect(taken(new Map())).toBeNull();
    expect(taken(new Map([[folder.join("app"), ["main.go", "gone.go"]]]))).toBeNull();
    const fingerprint = taken(new Map([[folder.join("app"), ["main.go"]]]));
    expect(fingerprint?.directories[0]).toMatchObject({ mtimeMs: 0, names: ["main.go"] });
    expect(fingerprint !== null && matchesFingerprint(fingerprint, new StatCache())).toBe(true);
  });

  test("a directory that is not there", () => {
    inputs.directories.push({ dir: folder.join("nowhere"), filter: "go" });
    expect(take()).toBeNull();
  });

  test("on a file system that keeps whole seconds, what changed within two of them", () => {
    const second = Math.floor(Date.now() / 1000) * 1000 + 10_000;
    utimesSync(folder.join("go.mod"), second / 1000, second / 1000);
    expect(takeFingerprint(inputs, second + 1500, new Map(), new StatCache())).toBeNull();
    expect(takeFingerprint(inputs, second + 3000, new Map(), new StatCache())).not.toBeNull();
  });
});

test("a burst of checks of the same files looks at each once", () => {
  const fingerprint = take();
  if (fingerprint === null) throw new Error("nothing taken");
  const stats = new StatCache();
  expect(matchesFingerprint(fingerprint, stats)).toBe(true);
  rmSync(folder.join("app"), { recursive: true });
  expect(matchesFingerprint(fingerprint, stats)).toBe(true);
  expect(matchesFingerprint(fingerprint, new StatCache())).toBe(false);
});
