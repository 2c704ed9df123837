import { describe, expect, test } from "vitest";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { editByKey, emptyLine, insert, lineOf } from "../../../src/ui/widgets/line-edit/line-edit.ts";
import { lineEditSpans } from "../../../src/ui/widgets/line-edit/line-edit-spans.ts";

/** `|` stands for the cursor. */
function line(text: string): { text: string; cursor: number } {
  const cursor = text.indexOf("|");
  return { text: text.replace("|", ""), cursor };
}

describe("a key", () => {
  test.each([
    ["a|b", "x", "ax|b"],
    ["a|b", "space", "a |b"],
    ["a|b", "left", "|ab"],
    ["|ab", "left", "|ab"],
    ["a|b", "right", "ab|"],
    ["ab|", "right", "ab|"],
    ["ab|", "home", "|ab"],
    ["|ab", "end", "ab|"],
    ["ab|c", "backspace", "a|c"],
    ["|ab", "backspace", "|ab"],
    ["a|bc", "delete", "a|c"],
    ["one two|x", "ctrl-u", "|x"],
    ["one two |x", "ctrl-w", "one |x"],
    ["one|", "ctrl-w", "|"],
    ["a|bc", "ctrl-k", "a|"],
    ["a👨‍👩‍👧|b", "backspace", "a|b"],
    ["a|👨‍👩‍👧b", "right", "a👨‍👩‍👧|b"],
    ["e\u0301|", "left", "|e\u0301"],
    ["a|b", "pageup", "a|b"],
    ["a|b", "alt-x", "a|b"],
    ["a|b", "ctrl-x", "a|b"],
    ["a|b", "日", "a日|b"],
  ])("in %j, %s makes %j", (before, key, after) => {
    expect(editByKey(line(before), key)).toEqual(line(after));
  });
});

describe("a paste", () => {
  test("stays one line and holds no control characters", () => {
    expect(insert(lineOf("x"), "one\r\ntwo\x1b[31m\u202e!\n").text).toBe("xone two [31m !");
  });

  test("is cut where it is far too long", () => {
    const { text, cursor } = insert(emptyLine, "😀".repeat(1000));
    expect([text.length <= 500, cursor, text.isWellFormed()]).toEqual([true, text.length, true]);
  });
});

describe("the shown line", () => {
  test.each([0, 3, 40, 79, 80])("keeps the cursor at %d in sight, in the width it has", (cursor) => {
    const spans = lineEditSpans({ text: "日本語abc".repeat(20).slice(0, 80), cursor }, 20);
    expect(spans.reduce((sum, { text }) => sum + displayWidth(text), 0)).toBeLessThanOrEqual(20);
    expect(spans.filter(({ style }) => style?.isInverse === true).length).toBe(1);
  });

  test("is all there where it fits, with the cursor after it", () => {
    expect(lineEditSpans(lineOf("abc"), 20).map(({ text }) => text)).toEqual(["abc", " "]);
  });
});
