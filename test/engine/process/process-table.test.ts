import { expect, test } from "vitest";
import { bootTicks } from "../../../src/engine/process/boot-ticks.ts";
import { isGone } from "../../../src/engine/process/process-info.ts";
import { ProcessTable, readProcess, readProcessTable } from "../../../src/engine/process/process-table.ts";
import { startProgram } from "../../helpers/processes.ts";

test("the table has a started process under its parent, in its group and session", async () => {
  const program = startProgram("never-binds.sh");
  const { pid, startTicks } = program.child.identity;
  const table = readProcessTable();
  expect(table.get(pid)).toMatchObject({ pid, ppid: process.pid, pgid: pid, sid: pid, startTicks });
  expect(table.children(process.pid).map((child) => child.pid)).toContain(pid);
  expect(table.group(pid).map((member) => member.pid)).toEqual([pid]);
  expect(table.session(pid).map((member) => member.pid)).toEqual([pid]);
  expect(table.size).toBe([...table].length);
  expect(startTicks).toBeLessThanOrEqual(table.takenTicks + 1);
  process.kill(pid, "SIGKILL");
  await program.child.exited;
  expect(readProcess(pid)).toBeNull();
  expect(readProcessTable().get(pid)).toBeUndefined();
});

test("a process that has ended and was not reaped is a zombie in the table", () => {
  const program = startProgram("never-binds.sh");
  const { pid } = program.child.identity;
  process.kill(pid, "SIGKILL");
  const end = performance.now() + 5_000;
  let seen = readProcess(pid);
  while (seen !== null && !isGone(seen) && performance.now() < end) seen = readProcess(pid);
  expect(seen).toMatchObject({ pid, state: "Z" });
});

test("an empty table has nobody", () => {
  const table = new ProcessTable([], 0);
  expect([table.size, table.get(1), table.children(1), table.group(1), table.session(1)]).toEqual([
    0,
    undefined,
    [],
    [],
    [],
  ]);
});

test("the time since boot is not before this process began, and goes on", async () => {
  const before = bootTicks();
  expect(before).toBeGreaterThanOrEqual(readProcess(process.pid)?.startTicks ?? Number.POSITIVE_INFINITY);
  const end = performance.now() + 5_000;
  while (bootTicks() <= before && performance.now() < end);
  expect(bootTicks()).toBeGreaterThan(before);
});
