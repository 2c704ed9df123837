import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  type DaemonFile,
  parseDaemonFile,
  readDaemonFile,
  removeDaemonFile,
  writeDaemonFile,
} from "../../src/daemon/daemon-file.ts";
import { paths } from "../../src/daemon/paths.ts";
import { tempRoot } from "./wire-fixture.ts";

const content: DaemonFile = { pid: 42, version: "1.2.3", socket: "/run/a.sock", startedAt: 1000, protocol: 1 };

test("what was written is read, by its user alone, and nothing else is left in the folder", () => {
  const root = tempRoot();
  writeDaemonFile(root, content);
  expect(readDaemonFile(root)).toEqual(content);
  expect(statSync(paths.daemonFile(root)).mode & 0o777).toBe(0o600);
  expect(readdirSync(paths.stateDir(root))).toEqual(["daemon.json"]);
});

test("a file that is not there reads as none", () => {
  expect(readDaemonFile(tempRoot())).toBeNull();
});

test("only its own daemon removes it", () => {
  const root = tempRoot();
  writeDaemonFile(root, content);
  removeDaemonFile(root, 41);
  expect(readDaemonFile(root)).toEqual(content);
  removeDaemonFile(root, 42);
  expect(readDaemonFile(root)).toBeNull();
  removeDaemonFile(root, 42);
});

test("keys of a later version are no reason to reject it", () => {
  const root = tempRoot();
  writeFileSync(paths.daemonFile(root), JSON.stringify({ ...content, colour: "red" }));
  expect(readDaemonFile(root)).toEqual(content);
  expect(readFileSync(paths.daemonFile(root), "utf8")).toContain("red");
});

test.each([
  { title: "nothing", text: "" },
  { title: "half of it", text: JSON.stringify(content).slice(0, 30) },
  { title: "null", text: "null" },
  { title: "a list", text: "[]" },
  { title: "one without a socket", text: '{"pid":1,"version":"1","startedAt":1,"protocol":1}' },
  { title: "a pid that is no number", text: '{"pid":"1","version":"1","socket":"/a","startedAt":1,"protocol":1}' },
])("$title reads as no daemon", ({ text }) => {
  expect(parseDaemonFile(text)).toBeNull();
});
