import { expect, test } from "vitest";
import { FrameStore } from "../../../src/ui/store/frame-store.ts";
import { handClock } from "../../helpers/hand-clock.ts";

interface Picture {
  value: number;
  columns: number;
  before: number | null;
}

function start(isDrawable = true) {
  const clock = handClock();
  const model = { value: 1 };
  const store = new FrameStore<Picture>({
    clock,
    size: { columns: 80, rows: 24 },
    intervalMs: 33,
    build: ({ columns }, previous) => ({ value: model.value, columns, before: previous?.value ?? null }),
    canDraw: () => isDrawable,
  });
  let drawn = 0;
  const unsubscribe = store.subscribe(() => {
    drawn += 1;
  });
  return { clock, model, store, drawn: () => drawn, unsubscribe };
}

test("there is a frame from the first moment on", () => {
  const { store } = start();
  expect(store.frame()).toEqual({ value: 1, columns: 80, before: null });
});

test("what changed is in the frame once it is drawn, built on the one before", () => {
  const { clock, model, store, drawn } = start();
  store.flush();
  model.value = 2;
  store.request();
  expect(store.frame().value).toBe(1);
  clock.advance(33);
  expect(store.frame()).toEqual({ value: 2, columns: 80, before: 1 });
  expect(drawn()).toBe(2);
});

test("is worked out anew without being drawn where somebody has to know", () => {
  const { model, store, drawn } = start();
  model.value = 2;
  expect(store.rebuild()).toMatchObject({ value: 2 });
  expect(store.frame()).toMatchObject({ value: 2 });
  expect(drawn()).toBe(0);
});

test("another size is drawn at once", () => {
  const { store, drawn } = start();
  store.resize(120, 40);
  expect(store.frame().columns).toBe(120);
  expect(store.size).toEqual({ columns: 120, rows: 40 });
  expect(drawn()).toBe(1);
});

test("nothing is drawn while the terminal takes nothing, nor for whoever has left, nor once it is closed", () => {
  const stalled = start(false);
  stalled.store.flush();
  expect(stalled.drawn()).toBe(0);
  const { clock, store, drawn, unsubscribe } = start();
  unsubscribe();
  store.flush();
  expect(drawn()).toBe(0);
  store.request();
  store.close();
  expect(clock.timers()).toBe(0);
});
