import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { tarStream } from "../../src/lib/tar.ts";
import { tempFolder } from "../helpers/processes.ts";

describe("an archive", () => {
  test("is read by the system's tar, with all that is in it", async () => {
    const folder = tempFolder();
    const long = `${"d/".repeat(48)}1234`;
    const large = Buffer.alloc(1_000_001, 2);
    const file = join(folder, "source");
    writeFileSync(file, large);
    const entries = [
      { path: "empty", contents: Buffer.alloc(0), mode: 0o644 },
      { path: "block", contents: Buffer.alloc(512, 1), mode: 0o600 },
      { path: "bin/program", contents: { file, size: large.length }, mode: 0o755 },
      { path: "größe", contents: Buffer.from("ä"), mode: 0o644 },
      { path: long, contents: Buffer.from("deep"), mode: 0o644 },
    ];
    writeFileSync(join(folder, "all.tar"), await buffer(tarStream(entries)));
    execFileSync("tar", ["-xf", "all.tar"], { cwd: folder });
    for (const { path, contents, mode } of entries) {
      const bytes = contents instanceof Buffer ? contents : large;
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

  test("of the same files is the same", async () => {
    const entries = [{ path: "a", contents: Buffer.from("a"), mode: 0o644 }];
    expect((await buffer(tarStream(entries))).equals(await buffer(tarStream(entries)))).toBe(true);
  });

  test("of nothing is an archive", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "none.tar"), await buffer(tarStream([])));
    expect(execFileSync("tar", ["-tf", join(folder, "none.tar")], { encoding: "utf8" })).toBe("");
  });

  test("refuses a path that has no room in it", async () => {
    const entries = [{ path: "x".repeat(101), contents: Buffer.alloc(0), mode: 0o644 }];
    await expect(buffer(tarStream(entries))).rejects.toThrow(RangeError);
  });

  test("breaks off where a file is gone, or has another size than it was said to have", async () => {
    const file = join(tempFolder(), "source");
    const archive = (size: number) => buffer(tarStream([{ path: "a", contents: { file, size }, mode: 0o644 }]));
    await expect(archive(3)).rejects.toThrow("ENOENT");
    writeFileSync(file, "1234");
    for (const size of [3, 5]) await expect(archive(size)).rejects.toThrow("changed while it was read");
  });
});
