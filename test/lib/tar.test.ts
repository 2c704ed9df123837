import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTar } from "../../src/lib/tar.ts";
import { tempFolder } from "../helpers/processes.ts";

describe("an archive", () => {
  test("is read by the system's tar, with all that is in it", () => {
    const folder = tempFolder();
    const long = `${"d/".repeat(48)}1234`;
    const entries = [
      { path: "empty", bytes: Buffer.alloc(0), mode: 0o644 },
      { path: "block", bytes: Buffer.alloc(512, 1), mode: 0o600 },
      { path: "bin/program", bytes: Buffer.alloc(100_001, 2), mode: 0o755 },
      { path: "größe", bytes: Buffer.from("ä"), mode: 0o644 },
      { path: long, bytes: Buffer.from("deep"), mode: 0o644 },
    ];
    writeFileSync(join(folder, "all.tar"), makeTar(entries));
    execFileSync("tar", ["-xf", "all.tar"], { cwd: folder });
    for (const { path, bytes, mode } of entries) {
      expect(readFileSync(join(folder, path)).equals(bytes)).toBe(true);
      expect(statSync(join(folder, path)).mode & 0o777).toBe(mode);
    }
    const listed = execFileSync("tar", ["-tvf", "all.tar", "--numeric-owner"], { cwd: folder, encoding: "utf8" });
    expect(
      listed
        .trim()
        .split("\n")
        .every((line) => line.includes(" 0/0 ")),
    ).toBe(true);
  });

  test("of the same files is the same", () => {
    const entries = [{ path: "a", bytes: Buffer.from("a"), mode: 0o644 }];
    expect(makeTar(entries).equals(makeTar(entries))).toBe(true);
  });

  test("of nothing is an archive", () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "none.tar"), makeTar([]));
    expect(execFileSync("tar", ["-tf", join(folder, "none.tar")], { encoding: "utf8" })).toBe("");
  });

  test("refuses a path that has no room in it", () => {
    expect(() => makeTar([{ path: "x".repeat(101), bytes: Buffer.alloc(0), mode: 0o644 }])).toThrow(RangeError);
  });
});
