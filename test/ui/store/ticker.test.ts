import { expect, test } from "vitest";
import { Ticker } from "../../../src/ui/store/ticker.ts";
import { handClock } from "../../helpers/hand-clock.ts";

function start(change: Partial<ConstructorParameters<typeof Ticker>[0]> = {}) {
  const clock = handClock();
  const drawnAt: number[] = [];
  const ticker = new Ticker({
    clock,
    intervalMs: 33,
    canDraw: () => true,
    draw: () => drawnAt.push(clock.now()),
    nextChangeAt: () => null,
    ...change,
  });
  return { clock, ticker, drawnAt };
}

test("a burst of changes is one frame", () => {
  const { clock, ticker, drawnAt } = start();
  for (let i = 0; i < 100; i += 1) ticker.request();
  clock.advance(1000);
  expect(drawnAt).toEqual([0]);
});

test("steady changes are at most one frame per interval, and the last is drawn", () => {
  const { clock, ticker, drawnAt } = start();
  for (let i = 0; i < 100; i += 1) {
    ticker.request();
    clock.advance(1);
  }
  clock.advance(100);
  expect(drawnAt).toEqual([0, 33, 66, 99, 132]);
});

test("what is in less of a hurry waits longer, but not for what is in a hurry", () => {
  const { clock, ticker, drawnAt } = start();
  ticker.request(200);
  clock.advance(10);
  ticker.request(200);
  clock.advance(20);
  expect(drawnAt).toEqual([0]);
  ticker.request();
  clock.advance(10);
  expect(drawnAt).toEqual([0, 33]);
  ticker.request(200);
  clock.advance(500);
  expect(drawnAt).toEqual([0, 33, 233]);
});

test("what is in less of a hurry does not wait for frames that others asked for, but for the usual interval", () => {
  const { clock, ticker, drawnAt } = start();
  ticker.request();
  clock.advance(10);
  ticker.request(200);
  clock.advance(100);
  expect(drawnAt).toEqual([0, 33]);
  ticker.request(200);
  clock.advance(500);
  expect(drawnAt).toEqual([0, 33, 233]);
});

test("a frame that only the time asked for holds nothing up", () => {
  const { clock, ticker, drawnAt } = start({
    nextChangeAt: (now) => (now < 1000 ? (Math.floor(now / 1000) + 1) * 1000 : null),
  });
  ticker.flush();
  clock.advance(1002);
  expect(drawnAt).toEqual([0, 1001]);
  ticker.request(200);
  clock.advance(1);
  expect(drawnAt).toEqual([0, 1001, 1002]);
});

test("nothing is drawn and no timer runs while nothing changes", () => {
  const { clock, ticker, drawnAt } = start();
  ticker.flush();
  clock.advance(3_600_000);
  expect([drawnAt.length, clock.timers()]).toEqual([1, 0]);
});

test("a key is drawn at once", () => {
  const { clock, ticker, drawnAt } = start();
  ticker.flush();
  clock.advance(5);
  ticker.request();
  ticker.flush();
  clock.advance(1000);
  expect(drawnAt).toEqual([0, 5]);
});

test("a text that depends on the time is drawn when it changes", () => {
  const { clock, ticker, drawnAt } = start({
    nextChangeAt: (now) => (now < 3000 ? (Math.floor(now / 1000) + 1) * 1000 : null),
  });
  ticker.flush();
  clock.advance(60_000);
  expect(drawnAt).toEqual([0, 1001, 2001, 3001]);
});

test("a terminal that takes nothing gets nothing, until it does", () => {
  let isStalled = true;
  const { clock, ticker, drawnAt } = start({ canDraw: () => !isStalled });
  ticker.request();
  clock.advance(1000);
  expect(drawnAt).toEqual([]);
  isStalled = false;
  ticker.request();
  clock.advance(1);
  expect(drawnAt.length).toBe(1);
});

test("nothing happens after it was closed", () => {
  const { clock, ticker, drawnAt } = start({ nextChangeAt: (now) => now + 1000 });
  ticker.flush();
  ticker.request();
  ticker.close();
  ticker.flush();
  clock.advance(10_000);
  expect([drawnAt.length, clock.timers()]).toEqual([1, 0]);
});
