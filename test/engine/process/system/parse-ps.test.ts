import { describe, expect, test } from "vitest";
import { parseMarks } from "../../../../src/engine/process/markers.ts";
import { isGone } from "../../../../src/engine/process/process-info.ts";
import {
  parseBootId,
  parsePs,
  parsePsCommands,
  variablesAmong,
} from "../../../../src/engine/process/system/parse-ps.ts";
import { psArguments, psEnvironments, psTable, psTableDayFirst, sysctl } from "./macos-recordings.ts";

const table = parsePs(psTable);

describe("a table of ps", () => {
  test("has every process with what ps tells of it", () => {
    expect(table.size).toBe(12);
    expect(table.get(7101)).toEqual({
      info: {
        pid: 7101,
        ppid: 7100,
        pgid: 7100,
        sid: 7001,
        state: "S",
        threads: 1,
        startTicks: Date.UTC(2026, 10, 21, 14, 59, 3) / 10,
        comm: "api",
        cpuTicks: 5,
        waitedCpuTicks: 0,
        residentPages: 10240,
      },
      uid: 501,
      isTraced: false,
    });
  });

  test.each([
    ["launchd", 1, "launchd", (12 * 60 + 44.1) * 100],
    ["a name with blanks, cut by the system", 412, "Visual Studio Cod", (3 * 60 + 2.77) * 100],
    ["hundreds of minutes", 7100, "node", (123 * 60 + 45.67) * 100],
    ["days", 300, "sshd", (86_400 + 2 * 60 + 3.04) * 100],
  ])("reads %s", (_, pid, comm, cpuTicks) => {
    expect(table.get(pid)?.info).toMatchObject({ comm, cpuTicks: Math.round(cpuTicks) });
  });

  test.each([
    ["asleep for long", 300, "S"],
    ["waiting for a disk", 7103, "D"],
    ["running", 7104, "R"],
    ["stopped", 7108, "T"],
    ["a zombie", 7107, "Z"],
  ])("says what is %s as Linux does", (_, pid, state) => {
    const info = table.get(pid)?.info;
    expect(info?.state).toBe(state);
    expect(info !== undefined && isGone(info)).toBe(state === "Z");
  });

  test("knows who is traced", () => {
    expect([...table.values()].filter(({ isTraced }) => isTraced).map(({ info }) => info.pid)).toEqual([7106]);
  });

  test.each([
    ["its leader's is its own", 7102, 7102],
    ["a group's is that of the group's leader", 7101, 7001],
    ["a group leader's that leads none is its parent's", 7100, 7001],
    ["a group's without a leader is its parent's", 7104, 7102],
    ["an orphan's is its group's number", 7103, 7103],
  ])("works out sessions: %s", (_, pid, sid) => {
    expect(table.get(pid)?.info.sid).toBe(sid);
  });

  test("reads the day before the month too", () => {
    expect(parsePs(psTableDayFirst).get(512)?.info.startTicks).toBe(Date.UTC(2026, 10, 21, 14, 59, 3) / 10);
  });

  test.each([
    ["nothing", ""],
    ["an error", "ps: illegal option -- q\nusage: ps [-AaCcEefhjlMmrSTvwXx]\n"],
    ["a header", "  PID  PPID  PGID   UID STAT STARTED TIME RSS UCOMM\n"],
    ["a month that is none", psTableDayFirst.replace("Nov", "Foo")],
    ["a line that was cut", psTableDayFirst.slice(0, 50)],
  ])("has nobody where there is %s", (_, output) => {
    expect(parsePs(output).size).toBe(0);
  });

  test("leaves a cut last line out, and keeps the rest", () => {
    const cut = psTable.slice(0, psTable.indexOf("   4096 sshd"));
    expect(parsePs(cut).size).toBe(11);
  });

  test("does not go round in circles where parents do", () => {
    const line = (pid: number, ppid: number): string =>
      `${pid} ${ppid} ${pid} 501 S Sat Nov 21 14:59:03 2026 0:00.05 10240 x\n`;
    const circle = parsePs(line(10, 11) + line(11, 10));
    expect(circle.get(10)?.info.sid).toBe(10);
  });
});

describe("command lines of ps", () => {
  test("are found by pid, also with blanks in them", () => {
    const commands = parsePsCommands(psArguments);
    expect(commands.get(7100)).toBe("node /Users/ann/My Project/server.js --port 8080");
    expect(commands.get(7107)).toBe("<defunct>");
    expect(commands.get(99)).toBeUndefined();
  });

  test("with environments say whose a process is", () => {
    const commands = parsePsCommands(psEnvironments);
    const marksOf = (pid: number): unknown => parseMarks(variablesAmong(commands.get(pid) ?? "") ?? "").markers;
    expect(marksOf(7101)).toEqual({ fleet: "a1b2c3", service: "käse", replica: 2, generation: 7 });
    // Arguments come first, so what is only said there does not count.
    expect(marksOf(7102)).toEqual({ fleet: "a1b2c3", service: "worker", replica: 1, generation: 1 });
    expect(marksOf(7100)).toBeNull();
  });

  test("without any variable are those of a process that hides them", () => {
    expect(variablesAmong("/sbin/launchd")).toBeNull();
  });
});

describe("the boot", () => {
  test("is named by its id, else by its time", () => {
    expect(parseBootId(sysctl)).toBe("5C0F9E1B-7A0B-4E0C-9B0A-0D7C5B1E2F3A");
    expect(parseBootId(sysctl.split("\n")[1] ?? "")).toBe("booted 1793603701");
  });
});
