import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Follower } from "../../../src/engine/logs/follower.ts";
import { LogFile } from "../../../src/engine/logs/log-file.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { replicaId } from "../../../src/model/ids.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

let dir: string;
let file: LogFile;
let fd: number;
let grown: number[];
/** The milliseconds of each timer that waits. */
let timers: Map<number, number>;
/** How far the clock is ahead of the real one. */
let aheadMs: number;
let follower: Follower;

/** The real clock, which a test may put forward, knowing the timers that wait. */
function countingClock(): Clock {
  let next = 0;
  return {
    now: () => Date.now() + aheadMs,
    after(ms, fn) {
      const id = next++;
      timers.set(id, ms);
      const timer = setTimeout(() => {
        timers.delete(id);
        fn();
      }, ms);
      return () => {
        timers.delete(id);
        clearTimeout(timer);
      };
    },
  };
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "orchestra-follower-"));
  file = new LogFile(dir, { unit: replicaId("api", 1), service: "api", index: 1, generation: 1 }, "out");
  mkdirSync(dirname(file.path), { recursive: true });
  fd = openSync(file.path, "a");
  grown = [];
  timers = new Map();
  aheadMs = 0;
  follower = new Follower(
    countingClock(),
    ({ size }) => grown.push(size),
    () => undefined,
  );
  file.follow(Date.now(), Date.now());
  follower.add(file);
});
afterEach(() => {
  follower.close();
  file.leave(Date.now());
  closeSync(fd);
  rmSync(dir, { recursive: true });
});

/** Writes until the file counts as busy, which needs a timer. */
async function makeBusy(): Promise<void> {
  await waitUntil("the file is busy", () => {
    writeSync(fd, "x\n");
    return timers.size === 1;
  });
}

describe("Follower", () => {
  test("sees a quiet file grow, without a timer", async () => {
    for (let i = 1; i <= 3; i++) {
      writeSync(fd, "a\n");
      await waitUntil("it was seen", () => grown.includes(i * 2));
      expect(timers.size).toBe(0);
    }
  });

  test("polls a busy file, and stops its timer when it is quiet again", async () => {
    await makeBusy();
    writeSync(fd, "last\n");
    const size = () => grown.at(-1);
    await waitUntil("the timer is gone", () => timers.size === 0);
    const before = size() ?? 0;
    writeSync(fd, "more\n");
    await waitUntil("it is watched again", () => size() === before + 5);
  });

  test("goes on slowly with a file that cannot be watched", async () => {
    await makeBusy();
    unlinkSync(file.path);
    for (let i = 0; i < 3; i++) {
      const before = grown.at(-1) ?? 0;
      aheadMs += 1200;
      await waitUntil("it is looked at slowly", () => [...timers.values()].join() === "250");
      writeSync(fd, "more\n");
      await waitUntil("it was seen", () => (grown.at(-1) ?? 0) > before);
    }
    expect(timers.size).toBe(1);
    follower.remove(file);
    await waitUntil("no timer is left", () => timers.size === 0);
  });
});
