import { describe, expect, test } from "vitest";
import { readProcessTable } from "../../../src/engine/process/process-table.ts";
import { ProcessScan } from "../../../src/engine/usage/process-scan.ts";
import { startProgram } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

describe("a scan", () => {
  test("lists what a reading of the whole table lists", () => {
    const scan = new ProcessScan();
    const pids = (table: Iterable<{ pid: number }>): number[] => [...table].map(({ pid }) => pid);
    const before = pids(readProcessTable());
    scan.take(new Set());
    const scanned = new Set(pids(scan.take(new Set())));
    // Others come and go on this machine meanwhile; who was there before and is there after was there.
    const after = new Set(pids(readProcessTable()));
    expect(before.filter((pid) => after.has(pid) && !scanned.has(pid))).toEqual([]);
    expect(scanned).toContain(process.pid);
    expect(scanned).toContain(1);
  });

  test("has what is wanted as it is now, and the rest as it was", async () => {
    const scan = new ProcessScan();
    const cpu = (wanted: number[]): number => scan.take(new Set(wanted)).get(process.pid)?.cpuTicks ?? 0;
    const first = cpu([]);
    await waitUntil("this process has used some time", () => cpu([process.pid]) > first);
  });

  test("sees what has started since, and no longer what has ended", async () => {
    const scan = new ProcessScan();
    scan.take(new Set());
    const { child } = startProgram("never-binds.sh");
    const { pid } = child.identity;
    expect(scan.take(new Set()).get(pid)?.ppid).toBe(process.pid);
    process.kill(pid, "SIGKILL");
    await child.exited;
    expect(scan.take(new Set()).get(pid)).toBeUndefined();
  });

  test("brings a process up to date that it had listed as it was", async () => {
    const scan = new ProcessScan();
    const listed = scan.take(new Set()).get(process.pid);
    if (listed === undefined) throw new Error("this process is not listed");
    expect(scan.upToDate(listed)).toBe(listed);
    await waitUntil("it has used some time", () => {
      const old = scan.take(new Set()).get(process.pid);
      return old !== undefined && scan.upToDate(old).cpuTicks > listed.cpuTicks;
    });
  });
});
