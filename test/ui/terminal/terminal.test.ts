import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { takeTerminal } from "../../../src/ui/terminal/terminal.ts";

/** A terminal that takes what is written when told to. */
class FakeOutput extends EventEmitter {
  isTTY = true;
  columns = 80;
  rows = 24;
  written: string[] = [];
  blocking: boolean[] = [];
  pending: (() => void)[] = [];
  isStalled = false;
  readonly _handle = { setBlocking: (isBlocking: boolean) => this.blocking.push(isBlocking) };

  get writableLength(): number {
    return this.pending.length;
  }

  takeAll(): void {
    const pending = this.pending;
    this.pending = [];
    for (const done of pending) done();
  }

  write(text: string, done?: () => void): boolean {
    this.written.push(text);
    if (this.isStalled) this.pending.push(done ?? (() => {}));
    else done?.();
    return !this.isStalled;
  }
}

class FakeInput extends EventEmitter {
  isTTY = true;
  rawModes: boolean[] = [];

  setRawMode(isRaw: boolean): void {
    this.rawModes.push(isRaw);
  }
}

function take() {
  const output = new FakeOutput();
  const input = new FakeInput();
  const terminal = takeTerminal(output as unknown as NodeJS.WriteStream, input as unknown as NodeJS.ReadStream);
  return { output, input, terminal };
}

test("what is written goes through, and the size is the real one's", () => {
  const { output, terminal } = take();
  terminal.stdout.write("frame");
  output.columns = 120;
  expect([output.written, terminal.stdout.columns]).toEqual([["frame"], 120]);
});

test("a terminal that takes nothing is known, and does not block", () => {
  const { output, terminal } = take();
  output.isStalled = true;
  terminal.stdout.write("frame");
  expect([terminal.isStalled(), output.blocking]).toEqual([true, [false]]);
});

test("once it has taken everything it says so, if it was found stalled", () => {
  const { output, terminal } = take();
  let drained = 0;
  terminal.onDrain(() => {
    drained += 1;
  });
  terminal.stdout.write("frame");
  expect(drained).toBe(0);
  output.isStalled = true;
  terminal.stdout.write("frame");
  expect(terminal.isStalled()).toBe(true);
  output.takeAll();
  expect([drained, terminal.isStalled()]).toEqual([1, false]);
});

test("after it was given back nothing is written any more, and writers hear that it was", async () => {
  const { output, input, terminal } = take();
  await terminal.restore();
  const before = output.written.length;
  let hasHeard = false;
  terminal.stdout.write("a late frame", () => {
    hasHeard = true;
  });
  terminal.clear();
  expect([output.written.length, hasHeard]).toEqual([before, true]);
  expect(input.rawModes).toEqual([false]);
});

test("it is given back once, blocking, with its own screen blank and the main screen last", async () => {
  const { output, terminal } = take();
  terminal.stdout.write("\x1b[?1049h");
  await Promise.all([terminal.restore(), terminal.restore()]);
  expect(output.written.slice(1)).toEqual(["\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?2004l\x1b[0m\x1b[H\x1b[J\x1b[?1049l"]);
  expect(output.blocking).toEqual([false, true]);
});

test("the main screen is never erased", async () => {
  const { output, terminal } = take();
  await terminal.restore();
  expect(output.written).toEqual(["\x1b[?2026l\x1b[0m\x1b[?25h\x1b[?2004l"]);
});

test("a terminal that takes nothing does not keep anybody from leaving", async () => {
  const { output, terminal } = take();
  output.isStalled = true;
  await terminal.restore();
  expect(output.pending.length).toBe(1);
});

test("a terminal that is gone is told once, and later failures of it are no bug", async () => {
  const { output, input, terminal } = take();
  let gone = 0;
  terminal.onGone(() => {
    gone += 1;
  });
  input.emit("end");
  expect(gone).toBe(1);
  await terminal.restore();
  output.emit("error", new Error("EIO"));
  expect(gone).toBe(1);
});
