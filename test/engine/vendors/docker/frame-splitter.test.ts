import { describe, expect, test } from "vitest";
import { FrameSplitter } from "../../../../src/engine/vendors/docker/frame-splitter.ts";

const frame = (stream: 1 | 2, text: string | Buffer): Buffer => {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

const split = (bytes: Buffer, size: number): string[] => {
  const splitter = new FrameSplitter();
  const frames: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const { stream, bytes: text } of splitter.push(bytes.subarray(at, at + size)))
      frames.push(`${stream} ${text}`);
  }
  return frames;
};

describe("frames of a container's output", () => {
  const bytes = Buffer.concat([frame(1, "one\n"), frame(2, "two\n"), frame(1, ""), frame(1, "three"), frame(2, "é\n")]);

  test.each([1, 2, 3, 7, 8, 9, 13, 1000])("come out whole where they arrive %i bytes at a time", (size) => {
    expect(split(bytes, size)).toEqual(["out one\n", "err two\n", "out three", "err é\n"]);
  });

  test("that are too long to be kept are given out in parts, the first of which is marked", () => {
    const splitter = new FrameSplitter();
    const long = frame(1, Buffer.alloc(1_000_000, "x"));
    const parts = [splitter.push(long.subarray(0, 500_000)), splitter.push(long.subarray(500_000))].flat();
    expect(parts.map(({ isStart }) => isStart)).toEqual([true, false]);
    expect(parts.reduce((sum, part) => sum + part.bytes.length, 0)).toBe(1_000_000);
  });

  test("that are cut off are not given out", () => {
    expect(split(bytes.subarray(0, bytes.length - 1), 100)).toEqual(["out one\n", "err two\n", "out three"]);
  });
});
