import { expect, test } from "vitest";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { wrapLine } from "../../../src/ui/text/wrap-line.ts";

const red = "\x1b[31m";
const off = "\x1b[0m";

test.each<[title: string, text: string, width: number, rows: string[]]>([
  ["a short line is one row", "abc", 5, ["abc"]],
  ["an empty line is one row", "", 5, [""]],
  ["a line of exactly the width is one row", "abcde", 5, ["abcde"]],
  ["a long line goes on in the next row", "abcdefgh", 3, ["abc", "def", "gh"]],
  ["a wide character is not halved", "ab日c", 3, ["ab", "日c"]],
  ["a colour is opened again in each row", `${red}abcd${off}e`, 2, [`${red}ab`, `${red}cd${off}`, "e"]],
  ["a family of emoji stays together", "a👨‍👩‍👧b", 2, ["a", "👨‍👩‍👧", "b"]],
])("%s", (_title, text, width, rows) => {
  expect(wrapLine(text, width)).toEqual(rows);
});

test("no more rows than asked for are made", () => {
  expect(wrapLine("abcdefgh", 3, 1)).toEqual(["abc"]);
  expect(wrapLine("ab日本語", 2, 2)).toEqual(["ab", "日"]);
});

test("every row fits, and nothing is lost", () => {
  const text = `${red}The quick 茶色 fox${off} jumps 🎉 over the lazy dog`;
  for (let width = 2; width < 60; width += 1) {
    const rows = wrapLine(text, width);
    for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
    expect(rows.join("").replaceAll(/\x1b\[[\d;]*m/g, "")).toBe("The quick 茶色 fox jumps 🎉 over the lazy dog");
  }
});
