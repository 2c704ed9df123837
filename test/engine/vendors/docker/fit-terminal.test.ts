import { expect, test } from "vitest";
import { fitTerminal, type TerminalSize } from "../../../../src/engine/vendors/docker/fit-terminal.ts";
import { handClock } from "../../../helpers/hand-clock.ts";

/** A terminal whose size a test sets, and an engine that answers when it is told to. */
function scene() {
  const clock = handClock();
  const asked: string[] = [];
  const answers: ((isDone: boolean) => void)[] = [];
  let size: TerminalSize = { rows: 20, columns: 90 };
  let listener = (): void => {};
  const end = fitTerminal(
    {
      type: "xterm",
      size: () => size,
      onResize(told) {
        listener = told;
        return () => asked.push("unlistened");
      },
    },
    ({ rows, columns }) => {
      asked.push(`${columns}x${rows}`);
      return new Promise((resolve) => answers.push(resolve));
    },
    clock,
  );
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return {
    asked,
    clock,
    end,
    async answer(isDone: boolean) {
      answers.shift()?.(isDone);
      await settle();
    },
    async wait(ms: number) {
      clock.advance(ms);
      await settle();
    },
    resize(rows: number, columns: number) {
      size = { rows, columns };
      listener();
    },
  };
}

test("the size is asked for at once, and again where it is refused", async () => {
  const { asked, answer, wait } = scene();
  expect(asked).toEqual(["90x20"]);
  await answer(false);
  expect(asked).toHaveLength(1);
  await wait(20);
  await answer(false);
  await wait(40);
  await answer(true);
  await wait(60_000);
  expect(asked).toEqual(["90x20", "90x20", "90x20"]);
});

test("sizes are asked for one after another, and the last one stays", async () => {
  const { asked, answer, resize } = scene();
  resize(30, 100);
  resize(40, 120);
  expect(asked).toEqual(["90x20"]);
  await answer(true);
  await answer(true);
  expect(asked).toEqual(["90x20", "120x40"]);
});

test("what is refused for seconds is given up, until the size changes", async () => {
  const { asked, clock, answer, wait, resize } = scene();
  for (let i = 0; i < 30; i++) {
    await answer(false);
    await wait(1_000);
  }
  expect(asked).toHaveLength(20);
  expect(clock.timers()).toBe(0);
  resize(30, 100);
  expect(asked.at(-1)).toBe("100x30");
});

test("at its end nothing is asked any more", async () => {
  const { asked, answer, wait, end } = scene();
  end();
  await answer(false);
  await wait(60_000);
  expect(asked).toEqual(["90x20", "unlistened"]);
});
