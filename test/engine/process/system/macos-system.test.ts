import { describe, expect, test } from "vitest";
import { MacosSystem } from "../../../../src/engine/process/system/macos-system.ts";
import * as recorded from "./macos-recordings.ts";

/** A Mac that prints what was recorded, and notes what was asked. */
class Mac {
  readonly asked: string[] = [];
  readonly gone = new Set<number>();
  table = recorded.psTable;
  now = 0;
  readonly system = new MacosSystem({
    run: (file, args) => this.#print(file, args),
    start: async (file, args) => this.#print(file, args),
    isThere: (pid) => !this.gone.has(pid),
    now: () => this.now,
  });

  #print(file: string, args: readonly string[]): string {
    const line = [file, ...args].join(" ");
    this.asked.push(line);
    if (line.includes("lstart")) return this.table;
    if (line.includes("-axEww")) return recorded.psEnvironments;
    if (line.includes("command=")) return recorded.psArguments;
    if (line.includes("LISTEN")) return recorded.lsofListening;
    if (line.includes("cwd,txt")) return recorded.lsofPaths;
    if (line.includes("netstat")) return recorded.netstat;
    if (line.includes("sysctl")) return recorded.sysctl;
    throw new Error(`nobody has recorded ${line}`);
  }
}

describe("macOS", () => {
  test("answers what Linux does", () => {
    const { system } = new Mac();
    expect(system.listPids()).toHaveLength(12);
    expect(system.readProcess(7101)?.comm).toBe("api");
    expect(system.readEnvironment(7101)).toContain("ORCHESTRA_FLEET=a1b2c3\0");
    expect(system.readEnvironment(1)).toBeNull();
    expect(system.readPath(7100, "cwd")).toBe("/Users/ann/My Project");
    expect(system.readPath(300, "exe")).toBeNull();
    expect(system.readArguments(7101)).toEqual(["/Users/ann/shop/.orchestra/bin/api-3f2a"]);
    expect(system.readOwner(300)).toBe(0);
    expect(system.readBootId()).toBe("5C0F9E1B-7A0B-4E0C-9B0A-0D7C5B1E2F3A");
    expect(system.readSocketCounts()).toEqual({ tcp: null, tcp6: null });
  });

  test("names a tracer by what it traces: it has become its parent", () => {
    const { system } = new Mac();
    expect([7106, 7101].map((pid) => system.readTracer(pid))).toEqual([7100, "none"]);
  });

  test("says nothing of who is gone or never was", () => {
    const mac = new Mac();
    mac.gone.add(7101);
    expect(mac.system.readProcess(7101)).toBeNull();
    expect(mac.system.readTracer(7101)).toBe("unknown");
    expect(mac.system.readOwner(4711)).toBeNull();
    expect(mac.system.readArguments(4711)).toEqual([]);
    expect(mac.system.readPath(4711, "cwd")).toBeNull();
    expect(mac.system.hold(4711)).toBeNull();
  });

  test("asks once for many questions in a row", () => {
    const mac = new Mac();
    for (const pid of mac.system.listPids()) mac.system.readProcess(pid);
    expect(mac.asked).toHaveLength(1);
    mac.now += 1_000;
    mac.system.listPids();
    expect(mac.asked).toHaveLength(2);
  });

  test("looks again for a process that the last table does not have", () => {
    const mac = new Mac();
    expect(mac.system.readProcess(512)).toBeNull();
    mac.table += recorded.psTableDayFirst;
    expect(mac.system.readProcess(512)?.comm).toBe("api");
  });

  test("takes nobody for gone because ps could not be run", () => {
    const mac = new Mac();
    mac.system.listPids();
    mac.table = "";
    mac.now += 1_000;
    expect(mac.system.readProcess(4711)).toBeNull();
    expect(mac.system.readProcess(7101)?.comm).toBe("api");
  });

  test("holds a process for as long as it is that process", () => {
    const mac = new Mac();
    const hold = mac.system.hold(7101);
    const other = mac.system.hold(7102);
    expect(hold?.read()?.comm).toBe("api");
    // Another gets its pid: the next table has it with another start.
    mac.table = mac.table.replace("14:59:03 2026       0:00.05  10240 api", "15:10:00 2026       0:00.00   4096 vim");
    mac.now += 1_000;
    expect(mac.system.readProcess(7101)?.comm).toBe("vim");
    expect(hold?.read()).toBeNull();
    mac.table = recorded.psTable;
    mac.now += 1_000;
    expect(mac.system.readProcess(7101)?.comm).toBe("api");
    expect(hold?.read()).toBeNull();
    other?.close();
    expect(other?.read()).toBeNull();
  });

  test("tells who listens, and that somebody does whom it may not name", () => {
    const { system } = new Mac();
    const listeners = system.readListeners();
    const sockets = new Set(listeners.get(8080));
    expect([...system.openSocketsAmong(7101, sockets)]).toEqual(["0x6c0d2f0e1a5b3c71"]);
    expect([...system.openSocketsAmong(300, sockets)]).toEqual([]);
    const hidden = new Set(listeners.get(22));
    expect(hidden.size).toBe(1);
    for (const pid of system.listPids()) expect(system.openSocketsAmong(pid, hidden).size).toBe(0);
  });

  test("reads what many are together, and answers for each of them from that", async () => {
    const mac = new Mac();
    await mac.system.prefetch([7100, 7101, 300]);
    const asked = mac.asked.length;
    for (const pid of [7100, 7101, 300]) {
      mac.system.readPath(pid, "cwd");
      mac.system.readPath(pid, "exe");
    }
    mac.system.readArguments(7100);
    mac.system.readEnvironment(7101);
    expect(mac.system.readPath(7101, "stdout")).toBe("/Users/ann/shop/.orchestra/logs/api/2/7.log");
    expect(mac.asked).toHaveLength(asked);
  });
});
