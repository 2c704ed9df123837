import { expect, test } from "vitest";
import { type Change, Coalescer, type Hearer } from "../../../src/engine/watch/coalesce.ts";
import { handClock } from "../../helpers/hand-clock.ts";

const orders: Hearer = { service: "orders", debounceMs: 200 };
const gateway: Hearer = { service: "gateway", debounceMs: 500 };

function setUp() {
  const clock = handClock();
  const told: { at: number; service: string; change: Change }[] = [];
  const coalescer = new Coalescer(clock, (service, change) => told.push({ at: clock.now(), service, change }));
  return { clock, told, coalescer };
}

test("one change is told after the service's own time of quiet", () => {
  const { clock, told, coalescer } = setUp();
  coalescer.add("a.go", "source", [orders, gateway]);
  clock.advance(1000);
  expect(told.map(({ at, service }) => [at, service])).toEqual([
    [200, "orders"],
    [500, "gateway"],
  ]);
  expect(clock.timers()).toBe(0);
});

test("when the last burst is told of, so is of how many files all of them were", () => {
  const clock = handClock();
  const heard: (string | number)[] = [];
  const coalescer = new Coalescer(
    clock,
    (service) => heard.push(service),
    (files) => heard.push(files),
  );
  coalescer.add("a.go", "source", [orders]);
  coalescer.add("b.go", "source", [orders, gateway]);
  coalescer.add("elsewhere.go", "source", []);
  clock.advance(1000);
  coalescer.add("a.go", "source", [gateway]);
  clock.advance(1000);
  expect(heard).toEqual(["orders", "gateway", 2, "gateway", 1]);
});

test("changes in a row are one, with each file once, in the order in which they were seen", () => {
  const { clock, told, coalescer } = setUp();
  for (const file of ["b.go", "a.go", "b.go"]) {
    coalescer.add(file, "source", [orders]);
    clock.advance(150);
  }
  clock.advance(1000);
  expect(told).toEqual([{ at: 500, service: "orders", change: { files: ["b.go", "a.go"], more: 0, kind: "source" } }]);
});

test("tests alone are a change of tests; with a source beside them the source comes first", () => {
  const { clock, told, coalescer } = setUp();
  coalescer.add("a_test.go", "test", [orders]);
  clock.advance(1000);
  coalescer.add("a_test.go", "test", [orders]);
  coalescer.add("a.go", "source", [orders]);
  clock.advance(1000);
  expect(told.map(({ change }) => change)).toEqual([
    { files: ["a_test.go"], more: 0, kind: "test" },
    { files: ["a.go", "a_test.go"], more: 0, kind: "source" },
  ]);
});

test("of many files twenty are named, and the others counted", () => {
  const { clock, told, coalescer } = setUp();
  for (let i = 0; i < 5000; i++) coalescer.add(`f${i}.go`, "source", [orders]);
  clock.advance(1000);
  expect(told).toHaveLength(1);
  expect(told[0]?.change.files).toHaveLength(20);
  expect(told[0]?.change.more).toBe(4980);
});

test("a burst that never ends is told of all the same, every ten seconds", () => {
  const { clock, told, coalescer } = setUp();
  for (let i = 0; i < 250; i++) {
    coalescer.add("a.go", "source", [orders]);
    clock.advance(100);
  }
  expect(told.map(({ at }) => at)).toEqual([10_000, 20_000]);
});

test("a storm that never ends is told of every thirty seconds", () => {
  const { clock, told, coalescer } = setUp();
  for (let i = 0; i < 700; i++) {
    coalescer.add(`f${i}.go`, "source", [orders]);
    clock.advance(100);
  }
  expect(told.map(({ at }) => at)).toEqual([30_000, 60_000]);
});

test("a few files of one service do not hold up another", () => {
  const { clock, told, coalescer } = setUp();
  coalescer.add("a.go", "source", [orders]);
  for (let i = 0; i < 10; i++) {
    clock.advance(100);
    coalescer.add(`g${i}.go`, "source", [gateway]);
  }
  expect(told.map(({ at, service }) => [at, service])).toEqual([[200, "orders"]]);
});

test("in a storm all wait until it is over, also those that it reached first", () => {
  const { clock, told, coalescer } = setUp();
  for (let i = 0; i < 100; i++) coalescer.add(`a${i}.go`, "source", [orders]);
  for (let i = 0; i < 20; i++) {
    clock.advance(100);
    coalescer.add(`g${i}.go`, "source", [gateway]);
  }
  coalescer.add("a1.go", "source", [orders]);
  clock.advance(3000);
  expect(told.map(({ at, service }) => [at, service])).toEqual([
    [2600, "orders"],
    [3500, "gateway"],
  ]);
});

test("a storm that is over is forgotten", () => {
  const { clock, told, coalescer } = setUp();
  for (let i = 0; i < 100; i++) coalescer.add(`a${i}.go`, "source", [orders]);
  clock.advance(1000);
  coalescer.add("a.go", "source", [orders]);
  clock.advance(100);
  coalescer.add("g.go", "source", [gateway]);
  clock.advance(1000);
  expect(told.map(({ at, service }) => [at, service])).toEqual([
    [600, "orders"],
    [1200, "orders"],
    [1600, "gateway"],
  ]);
});

test("what is dropped is not told, and leaves no timer", () => {
  const { clock, told, coalescer } = setUp();
  coalescer.add("a.go", "source", [orders, gateway]);
  coalescer.drop("orders");
  clock.advance(1000);
  expect(told.map(({ service }) => service)).toEqual(["gateway"]);
  coalescer.add("a.go", "source", [orders]);
  coalescer.close();
  expect(clock.timers()).toBe(0);
});

test("a timer that was held up waits for what came meanwhile", () => {
  const clock = handClock();
  let lateMs = 0;
  const told: number[] = [];
  const coalescer = new Coalescer({ now: () => clock.now() + lateMs, after: clock.after }, () =>
    told.push(clock.now() + lateMs),
  );
  coalescer.add("a.go", "source", [orders]);
  clock.advance(199);
  lateMs = 300;
  clock.advance(1);
  expect(told).toEqual([]);
  coalescer.add("b.go", "source", [orders]);
  clock.advance(1000);
  expect(told).toEqual([700]);
});
