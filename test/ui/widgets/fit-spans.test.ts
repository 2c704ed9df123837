import { expect, test } from "vitest";
import { cutSpans, fillSpans, leftAndRight } from "../../../src/ui/widgets/line/fit-spans.ts";

const text = (spans: { text: string }[]) => spans.map((s) => s.text).join("");

test.each<[parts: string[], width: number, row: string]>([
  [["ab", "cd"], 4, "abcd"],
  [["ab", "cd"], 3, "ab…"],
  [["ab", "cdef"], 4, "abc…"],
  [["ab", "cd"], 2, "a…"],
  [["ab", "cd"], 0, ""],
  [["日本", "語"], 5, "日本…"],
])("%j cut to %d columns is %j", (parts, width, row) => {
  expect(
    text(
      cutSpans(
        parts.map((t) => ({ text: t })),
        width,
        "…",
      ),
    ),
  ).toBe(row);
});

test("the right end stays, the left one is cut", () => {
  const row = (width: number) => text(leftAndRight([{ text: "left side" }], [{ text: "RIGHT" }], width, "…"));
  expect(row(20)).toBe("left side      RIGHT");
  expect(row(12)).toBe("left … RIGHT");
  expect(row(8)).toBe("left si…");
});

test("a filler takes the room between", () => {
  expect(text(leftAndRight([{ text: "a" }], [{ text: "b" }], 5, "…", { text: "─" }))).toBe("a───b");
  expect(text(leftAndRight([{ text: "a" }], [], 5, "…", { text: "─" }))).toBe("a────");
});

test("a filled row has exactly its width", () => {
  expect(text(fillSpans([{ text: "ab" }], 4, "…"))).toBe("ab  ");
  expect(text(fillSpans([{ text: "abcdef" }], 4, "…"))).toBe("abc…");
});
