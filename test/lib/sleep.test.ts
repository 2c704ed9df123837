import { expect, test } from "vitest";
import { sleep } from "../../src/lib/sleep.ts";
import { handClock } from "../helpers/hand-clock.ts";

test("lasts as long as it is told", async () => {
  const clock = handClock();
  let isOver = false;
  const slept = sleep(50, new AbortController().signal, clock).then(() => {
    isOver = true;
  });
  clock.advance(49);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(1);
  await slept;
});

test("ends with the signal, and leaves no timer behind", async () => {
  const clock = handClock();
  const stop = new AbortController();
  const slept = sleep(50, stop.signal, clock);
  stop.abort();
  await slept;
  expect(clock.timers()).toBe(0);
});

test.each([
  [0, false],
  [-5, false],
  [50, true],
])("of %d ms is over at once where there is nothing to wait for (aborted: %j)", async (ms, isAborted) => {
  const clock = handClock();
  const stop = new AbortController();
  if (isAborted) stop.abort();
  await sleep(ms, stop.signal, clock);
  expect(clock.timers()).toBe(0);
});
