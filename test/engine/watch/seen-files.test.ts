import { chmodSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SeenFiles } from "../../../src/engine/watch/seen-files.ts";
import { TempFolder } from "../build/temp-folder.ts";

let folder: TempFolder;
let seen: SeenFiles;
let file: string;

beforeEach(() => {
  folder = new TempFolder();
  seen = new SeenFiles();
  file = folder.join("main.go");
  folder.write({ "main.go": "package main" });
  setTime(60_000);
});

afterEach(() => folder[Symbol.asyncDispose]());

/** As if it had been written so long ago. */
function setTime(agoMs: number): void {
  const then = new Date(Date.now() - agoMs);
  utimesSync(file, then, then);
}

function find(): void {
  seen.note(file, statSync(file));
}

function learnAll(): void {
  while (seen.learn());
}

const sameBytes: [string, () => void][] = [
  ["another mode", () => chmodSync(file, 0o600)],
  ["another time", () => setTime(0)],
  ["another time, in whole seconds", () => utimesSync(file, 1_700_000_000, 1_700_000_000)],
  ["a save", () => folder.write({ "main.go": "package main" })],
  [
    "a copy in its place",
    () => {
      folder.write({ copy: "package main" });
      renameSync(folder.join("copy"), file);
    },
  ],
  [
    "a new file of that name",
    () => {
      rmSync(file);
      folder.write({ "main.go": "package main" });
    },
  ],
];
const otherBytes: [string, () => void][] = [
  ["a save", () => folder.write({ "main.go": "package niam" })],
  ["an end", () => rmSync(file)],
  [
    "another file of the same size and time in its place",
    () => {
      const { atime, mtime } = statSync(file);
      folder.write({ other: "package niam" });
      utimesSync(folder.join("other"), atime, mtime);
      renameSync(folder.join("other"), file);
    },
  ],
];

describe("a file that was found and read", () => {
  test.each(sameBytes)("has not changed after %s with the same bytes", (_what, act) => {
    find();
    learnAll();
    act();
    expect(seen.hasChanged(file)).toBe(false);
  });

  test.each(otherBytes)("has changed after %s with other bytes, and only once", (_what, act) => {
    find();
    learnAll();
    act();
    expect([seen.hasChanged(file), seen.hasChanged(file)]).toEqual([true, false]);
  });

  test("is read as it was found, or not at all", () => {
    find();
    folder.write({ "main.go": "package niam" });
    learnAll();
    expect(seen.hasChanged(file)).toBe(true);
  });
});

describe("a file that was found and not read", () => {
  test("has not changed with its mode", () => {
    find();
    chmodSync(file, 0o600);
    expect(seen.hasChanged(file)).toBe(false);
  });

  test("counts as changed with its first save, and from then on it is known", () => {
    find();
    setTime(0);
    expect(seen.hasChanged(file)).toBe(true);
    setTime(5000);
    expect(seen.hasChanged(file)).toBe(false);
  });

  test("that was just written is in doubt, and counts as changed", () => {
    setTime(0);
    find();
    expect(seen.hasChanged(file)).toBe(true);
  });
});

test("two writes within one tick of the clock are two changes", () => {
  folder.write({ "main.go": "package mai1" });
  const { atime, mtime } = statSync(file);
  expect(seen.hasChanged(file)).toBe(true);
  folder.write({ "main.go": "package mai2" });
  utimesSync(file, atime, mtime);
  expect(seen.hasChanged(file)).toBe(true);
});

test("a file that comes, goes and comes again has changed each time", () => {
  const answers = [seen.hasChanged(file)];
  rmSync(file);
  answers.push(seen.hasChanged(file), seen.hasChanged(file));
  folder.write({ "main.go": "package main" });
  answers.push(seen.hasChanged(file), seen.hasChanged(file));
  expect(answers).toEqual([true, true, false, true, false]);
});

test("what is found again and differs is told; what is forgotten is not known", () => {
  find();
  expect(seen.note(file, statSync(file))).toBe(false);
  setTime(0);
  expect(seen.note(file, statSync(file))).toBe(true);
  seen.keep(() => false);
  expect(seen.note(file, statSync(file))).toBe(false);
});
