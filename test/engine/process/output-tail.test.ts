import { describe, expect, test } from "vitest";
import { OutputTail } from "../../../src/engine/process/output-tail.ts";

function tailOf(limit: number, chunks: string[]): { text: string; dropped: number } {
  const tail = new OutputTail(limit);
  for (const chunk of chunks) tail.push(Buffer.from(chunk));
  return { text: tail.text(), dropped: tail.droppedBytes };
}

describe("the tail of an output", () => {
  test.each([
    ["nothing", 5, [], "", 0],
    ["less than the limit", 5, ["ab", "cd"], "abcd", 0],
    ["exactly the limit", 4, ["ab", "cd"], "abcd", 0],
    ["more, across chunks", 4, ["abc", "def"], "cdef", 2],
    ["more, in one chunk", 4, ["abcdefgh"], "efgh", 4],
    ["many chunks", 3, [..."abcdefghij"], "hij", 7],
  ])("of %s", (_, limit, chunks, text, dropped) => {
    expect(tailOf(limit, chunks)).toEqual({ text, dropped });
  });

  test("never begins with half a character", () => {
    expect(tailOf(4, ["aéé€b"]).text).toBe("€b");
    expect(tailOf(3, ["aéé€b"]).text).toBe("b");
  });
});
