import { expect, test } from "vitest";
import { holdStderr } from "../../../src/ui/terminal/hold-stderr.ts";

function fakeStderr(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, stream: { isTTY, write } as unknown as NodeJS.WriteStream };
}

test("what is written to the terminal meanwhile comes out afterwards, in order", () => {
  const { written, stream } = fakeStderr(true);
  const letGo = holdStderr(stream);
  stream.write("one\n");
  stream.write("two\n");
  expect(written).toEqual([]);
  letGo();
  stream.write("three\n");
  expect(written).toEqual(["one\n", "two\n", "three\n"]);
});

test("a flood of it is cut", () => {
  const { written, stream } = fakeStderr(true);
  const letGo = holdStderr(stream);
  for (let i = 0; i < 1000; i += 1) stream.write(`${i}\n`);
  letGo();
  expect(written.length).toBe(100);
});

test("warnings are told to those who listened before, who are back afterwards", () => {
  // Node's own, which would print.
  const others = process.listeners("warning");
  process.removeAllListeners("warning");
  const told: string[] = [];
  const listener = (warning: Error) => told.push(warning.message);
  process.on("warning", listener);
  const letGo = holdStderr(fakeStderr(true).stream);
  process.emit("warning", new Error("held"));
  expect(told).toEqual([]);
  letGo();
  expect(told).toEqual(["held"]);
  expect(process.listeners("warning")).toEqual([listener]);
  process.off("warning", listener);
  for (const other of others) process.on("warning", other);
});

test("where stderr goes elsewhere nothing is held", () => {
  const { written, stream } = fakeStderr(false);
  const before = process.listeners("warning");
  const letGo = holdStderr(stream);
  stream.write("one\n");
  expect([written, process.listeners("warning")]).toEqual([["one\n"], before]);
  letGo();
});
