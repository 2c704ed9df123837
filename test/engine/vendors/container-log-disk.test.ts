import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LogStore } from "../../../src/engine/logs/log-store.ts";
import { ContainerLog } from "../../../src/engine/vendors/container-log.ts";
import type { LogPiece } from "../../../src/engine/vendors/docker.ts";
import { handClock } from "../../helpers/hand-clock.ts";
import { tempFolder } from "../../helpers/processes.ts";
import { waitUntil } from "../../helpers/wait-until.ts";
import { run } from "../logs/store-harness.ts";
import { scriptedDocker } from "./scripted-docker.ts";
import { dockerTime, ScriptedLog } from "./scripted-log.ts";

const partBytes = 16 * 1024;

/** One line as Docker keeps it: in parts, all of one time. */
function longLine(bytes: number): LogPiece[] {
  const parts = Math.ceil(bytes / partBytes);
  return Array.from({ length: parts }, (_, i) => ({
    stream: "out",
    time: dockerTime(1e9),
    bytes: Buffer.from(`${String(i).padStart(partBytes - 1, "x")}${i === parts - 1 ? "\n" : "y"}`),
  }));
}

// Only root may make a disk of its own.
describe.skipIf(process.getuid?.() !== 0)("a disk that is full", () => {
  let disk: string;
  beforeEach(() => {
    disk = join(tempFolder(), "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
  });
  afterEach(() => execFileSync("umount", ["-l", disk]));

  const ballast = (): string => join(disk, "ballast");
  const file = (generation = 1): string => join(disk, `logs/db/1/${generation}.log`);
  const fill = (): void => {
    try {
      for (let bytes = 1024 * 1024; ; ) writeFileSync(ballast(), Buffer.alloc(bytes), { flag: "a" });
    } catch {
      // That was all.
    }
  };

  function take(from: ScriptedLog, generation = 1) {
    const clock = handClock();
    const notices: string[] = [];
    const store = new LogStore({ dir: join(disk, "logs"), keepMs: 1e9, maxSizeBytes: 1e12 });
    const opened = ContainerLog.open({
      docker: scriptedDocker({ logs: from.logs }),
      logs: store,
      run: { ...run("db", generation), startedAt: Date.parse(dockerTime(0)), splitStderr: false },
      container: "c".repeat(64),
      clock,
      onNotice: (message) => notices.push(message),
    });
    if (!opened.ok) throw new Error(opened.failure.message);
    const { log } = opened;
    log.start(false);
    return { log, clock, notices, store };
  }

  test("holds the stream back, which is said once, and all of a long line is written once there is room", async () => {
    const from = new ScriptedLog();
    const { log, clock, notices, store } = take(from);
    const line = longLine(10_000_000);
    fill();
    from.print(...line);
    await waitUntil("it is said", () => notices.length > 0);
    for (let i = 0; i < 5; i++) clock.advance(500);
    expect(notices).toEqual([
      expect.stringMatching(/1\.log cannot be written \(ENOSPC\); Docker keeps what it prints until it can$/),
    ]);
    expect(from.given).toBeLessThanOrEqual(256 * 1024 + partBytes);
    expect(readFileSync(file()).length).toBe(0);
    rmSync(ballast());
    clock.advance(500);
    from.over();
    await log.finish();
    expect(readFileSync(file(), "utf8")).toBe(line.map(({ bytes }) => bytes.toString()).join(""));
    expect(notices).toHaveLength(1);
    await store.close();
  });

  test("holds no stop up for long, and the next run gets what could not be written", async () => {
    const from = new ScriptedLog();
    const first = take(from);
    fill();
    const line = longLine(1_000_000);
    from.print(...line);
    from.over();
    await waitUntil("it is held back", () => first.notices.length > 0);
    let isOver = false;
    const finished = first.log.finish().then(() => {
      isOver = true;
    });
    await waitUntil("it gives up", () => {
      first.clock.advance(1_000);
      return isOver;
    });
    await finished;
    expect(first.notices.at(-1)).toBe("what it printed last could not be had from Docker");
    expect(first.clock.now()).toBeLessThan(30_000);
    await first.store.close();
    rmSync(ballast());
    const second = take(from, 2);
    await second.log.finish();
    expect(readFileSync(file(2), "utf8")).toBe(line.map(({ bytes }) => bytes.toString()).join(""));
    await second.store.close();
  });
});
