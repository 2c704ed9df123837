import { expect, test } from "vitest";
import { NdjsonSplitter } from "../../src/lib/ndjson-splitter.ts";

const text = '{"a":"größe"}\n\n{"b":2}\nlast without an end';
const lines = ['{"a":"größe"}', "", '{"b":2}'];

test.each([1, 2, 3, 7, 1000])(
  "lines come out whole from pieces of %i bytes, characters of many bytes included",
  (size) => {
    const splitter = new NdjsonSplitter();
    const bytes = Buffer.from(text);
    const found: string[] = [];
    for (let i = 0; i < bytes.length; i += size) found.push(...splitter.push(bytes.subarray(i, i + size)));
    expect(found).toEqual(lines);
  },
);
