import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DaemonLog } from "../../src/daemon/daemon-log.ts";
import { tempRoot } from "./wire-fixture.ts";

test("each line of a message carries the time", () => {
  const file = join(tempRoot(), "daemon.log");
  const log = new DaemonLog(file);
  log.write("one");
  log.write("two\n  at somewhere\n");
  log.close();
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => line.slice(25))).toEqual(["one", "two", "    at somewhere"]);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a log that is too large moves aside when it is opened, once", () => {
  const file = join(tempRoot(), "daemon.log");
  writeFileSync(file, "old ".repeat(300));
  const log = new DaemonLog(file, 1000);
  log.write("new");
  log.close();
  expect(readFileSync(file, "utf8")).toMatch(/^\S+ new\n$/);
  expect(readFileSync(`${file}.1`, "utf8")).toBe("old ".repeat(300));
});

test("a log that grows too large moves aside while it is written, and what others append lands in the new one", () => {
  const file = join(tempRoot(), "daemon.log");
  const log = new DaemonLog(file, 1000);
  for (let i = 0; i < 20; i += 1) log.write(`message ${i} `.padEnd(100, "."));
  appendFileSync(file, "stderr of the daemon\n");
  log.close();
  expect(existsSync(`${file}.1`)).toBe(true);
  expect(statSync(file).size).toBeLessThan(1200);
  const text = readFileSync(file, "utf8");
  expect(text).toContain("message 19");
  expect(text.endsWith("stderr of the daemon\n")).toBe(true);
});
