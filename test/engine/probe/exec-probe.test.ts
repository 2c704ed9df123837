import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { execProbe } from "../../../src/engine/probe/exec-probe.ts";
import { processesOf } from "../../helpers/processes-of.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "exec-probe-")));
});

afterEach(async () => {
  await waitUntil("no process is left", () => processesOf(folder).length === 0);
  rmSync(folder, { recursive: true });
});

function attempt(command: string, timeoutMs = 10_000, signal = new AbortController().signal) {
  const env = { PATH: process.env.PATH ?? "", SECRET: "sesame" };
  return execProbe(command, folder, env, timeoutMs)(signal);
}

test.each<[string, boolean, string]>([
  ["true", true, "exit 0"],
  ["exit 7", false, "exit 7"],
  ["echo first; echo 'no database' >&2; exit 1", false, "exit 1: no database"],
  ["printf '\\033[31mred\\033[0m\\n\\n'; exit 2", false, "exit 2: red"],
  ['test "$SECRET" = sesame', true, "exit 0"],
])("%s: passes %s, %s", async (command, passed, detail) => {
  expect(await attempt(command)).toEqual({ passed, detail });
});

test("it runs in the service's folder", async () => {
  expect(await attempt("pwd; exit 1")).toEqual({ passed: false, detail: `exit 1: ${folder}` });
});

test("what takes too long is ended with all its processes", async () => {
  expect(await attempt("sleep 600 & sleep 600", 80)).toEqual({ passed: false, detail: "timed out after 80ms" });
  await waitUntil("no process is left", () => processesOf(folder).length === 0);
});

test("what is given up is ended with all its processes", async () => {
  const abort = new AbortController();
  const result = attempt("sleep 600 & sleep 600", 600_000, abort.signal);
  await waitUntil("it runs", () => processesOf(folder).length >= 3);
  abort.abort();
  expect((await result).passed).toBe(false);
  await waitUntil("no process is left", () => processesOf(folder).length === 0);
});
