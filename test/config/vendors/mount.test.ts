import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { Refusal } from "../../../src/config/schema-kit.ts";
import { type MountDraft, parseMount, parseTmpfs, placeMount } from "../../../src/config/vendors/mount.ts";

function told(draft: MountDraft | Refusal): object | string {
  if (draft instanceof Refusal) return draft.message;
  return { ...draft.mount, ...(draft.ignored.length > 0 && { ignored: draft.ignored }) };
}

const data = { kind: "volume", name: "data", target: "/d", isReadOnly: false };
const bind = { kind: "bind", source: "./x", target: "/d", isReadOnly: false };

describe("a volume", () => {
  test.each<[unknown, object]>([
    ["data:/d", data],
    ["data:/d/", data],
    ["data:/d:ro", { ...data, isReadOnly: true }],
    ["data:/d:ro,z,nocopy", { ...data, isReadOnly: true, ignored: ["nocopy"] }],
    ["./x:/d", bind],
    ["/abs:/d:rw", { ...bind, source: "/abs" }],
    ["~/x:/d", { ...bind, source: "~/x" }],
    ["/d", { kind: "anonymous", target: "/d" }],
    [
      { type: "volume", source: "data", target: "/d", read_only: true },
      { ...data, isReadOnly: true },
    ],
    [
      { source: "data", target: "/d", volume: { nocopy: true } },
      { ...data, ignored: ["volume.nocopy"] },
    ],
    [
      { type: "volume", target: "/d" },
      { kind: "anonymous", target: "/d" },
    ],
    [{ type: "bind", source: "./x", target: "/d", bind: { create_host_path: true } }, bind],
    [
      { type: "tmpfs", target: "/d", tmpfs: { size: "64m", mode: 1 } },
      { kind: "tmpfs", target: "/d", sizeBytes: 67_108_864, ignored: ["tmpfs.mode"] },
    ],
    [
      { type: "tmpfs", target: "/d", size: 100 },
      { kind: "tmpfs", target: "/d", sizeBytes: 100 },
    ],
  ])("%j", (input, expected) => {
    expect(told(parseMount(input))).toEqual(expected);
  });

  test.each<[unknown, string]>([
    ["data", 'must have an absolute path inside the container, not "data"'],
    ["data:d", 'must have an absolute path inside the container, not "d"'],
    ["data:/", "cannot take the place of the container's whole file system"],
    ["a b:/d", 'cannot be made of "a b", which is no name for a volume'],
    ["x/y:/d", 'cannot be made of "x/y", which is no name for a volume'],
    ["a:/b:ro:x", 'must be SOURCE:TARGET or SOURCE:TARGET:ro, not "a:/b:ro:x"'],
    [7, "must be a volume as in data:/var/lib/data, not 7"],
    [{ type: "npipe", target: "/d" }, 'must be a volume, bind or tmpfs, not "npipe"'],
    [{ type: "bind", target: "/d" }, "must say what of this machine it is"],
    [{ source: "data" }, "must say where in the container it is"],
    [{ type: "tmpfs", target: "/d", size: -1 }, "has a size that is none: -1"],
    [{ sorce: "data", target: "/d" }, 'has a key that means nothing to it: "sorce"'],
  ])("%j is refused", (input, message) => {
    expect(told(parseMount(input))).toBe(message);
  });
});

describe("an entry of tmpfs", () => {
  test.each<[unknown, object | string]>([
    ["/run", { kind: "tmpfs", target: "/run", sizeBytes: null }],
    ["/run:size=1m,mode=1777", { kind: "tmpfs", target: "/run", sizeBytes: 1_048_576 }],
    ["/run:uid=7", { kind: "tmpfs", target: "/run", sizeBytes: null, ignored: ["uid=7"] }],
    ["/run:size=x", 'has a size that is none: "x"'],
    ["run", 'must have an absolute path inside the container, not "run"'],
    [1, "must be a folder inside the container as in /run, not 1"],
  ])("%j", (input, expected) => {
    expect(told(parseTmpfs(input))).toEqual(expected);
  });
});

test("what is mounted of this machine is meant from the file's folder, or from the home folder", () => {
  const of = (source: string) => placeMount({ kind: "bind", source, target: "/d", isReadOnly: false }, "/fleet");
  expect(of("./x")).toMatchObject({ source: "/fleet/x" });
  expect(of("../x")).toMatchObject({ source: "/x" });
  expect(of("/x")).toMatchObject({ source: "/x" });
  expect(of("~/x")).toMatchObject({ source: `${homedir()}/x` });
});
