import { describe, expect, test } from "vitest";
import type { OpenEnds } from "../../src/engine/open-ends.ts";
import { untilSettled } from "../../src/engine/until-settled.ts";
import { handClock } from "../helpers/hand-clock.ts";

const busy: OpenEnds = { standing: "busy", open: ["db#1 (starting)"], done: "", isLimited: false };
const second = 1_000;

/** A wait of at most a minute without progress: at each of these seconds things come to stand so. When it ended, and how. */
async function waitFor(changes: readonly (Partial<OpenEnds> & { at: number })[], untilSecond: number) {
  const clock = handClock();
  let now = busy;
  let change = Promise.withResolvers<void>();
  let end: unknown = null;
  const wait = untilSettled({
    clock,
    look: () => now,
    nextChange: () => change.promise,
    patienceMs: 60 * second,
  });
  void wait.then((settled) => {
    end = { ...settled, at: clock.now() / second };
  });
  for (let at = 0; at <= untilSecond && end === null; at++) {
    for (const next of changes.filter((c) => c.at === at)) {
      now = { ...busy, ...next };
      const { resolve } = change;
      change = Promise.withResolvers<void>();
      resolve();
    }
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    if (end === null) clock.advance(second);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  return { end, timers: clock.timers() };
}

describe("a wait for what a command has asked for", () => {
  test.each<[string, Parameters<typeof waitFor>[0], number, unknown]>([
    ["ends when all is well", [{ at: 5, standing: "well" }], 100, { kind: "well", at: 5 }],
    ["ends when something failed", [{ at: 5, standing: "failed" }], 100, { kind: "failed", at: 5 }],
    ["is given up after a minute", [], 100, { kind: "stalled", open: busy.open, at: 60 }],
    [
      "is given up a minute after the last thing that was done, whatever else happens meanwhile",
      [
        { at: 0 },
        { at: 50, done: "db#1" },
        { at: 70, done: "db#1" },
        { at: 100, done: "db#1", open: ["api#1 (backoff)"] },
      ],
      300,
      { kind: "stalled", open: ["api#1 (backoff)"], at: 110 },
    ],
    [
      "goes on while something is built or stopped, which has a limit of its own",
      [
        { at: 5, isLimited: true },
        { at: 400, isLimited: false },
        { at: 420, standing: "well" },
      ],
      600,
      { kind: "well", at: 420 },
    ],
  ])("%s", async (_, changes, untilSecond, expected) => {
    const { end, timers } = await waitFor(changes, untilSecond);
    const { kind, at, ...rest } = end as { kind: string; at: number; open?: string[] };
    expect({ kind, at, ...rest }).toEqual(expected);
    expect(timers).toBe(0);
  });
});
