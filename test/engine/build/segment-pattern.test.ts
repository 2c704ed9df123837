import { expect, test } from "vitest";
import { segmentPattern } from "../../../src/engine/build/segment-pattern.ts";

test.each<[pattern: string, matching: string[], other: string[]]>([
  ["index.html", ["index.html"], ["indexxhtml", "index.html.bak", "my-index.html"]],
  ["*.txt", ["a.txt", ".txt"], ["a.txt~", "a.css"]],
  ["page?.html", ["page1.html"], ["page.html", "page12.html"]],
  ["[a-c]*", ["a", "bee"], ["d", ""]],
  ["[^a-c]*", ["d"], ["a"]],
  ["a+b(c)$", ["a+b(c)$"], ["aab(c)"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["[\\]]", ["]"], ["a"]],
  ["[[]", ["["], ["]"]],
  ["naïve-1", ["naïve-1"], ["naive-1"]],
])("%s matches %j and not %j", (pattern, matching, other) => {
  const expression = segmentPattern(pattern);
  expect(matching.filter((name) => !expression.test(name))).toEqual([]);
  expect(other.filter((name) => expression.test(name))).toEqual([]);
});

test("a range that runs backward matches too much rather than throwing", () => {
  expect(segmentPattern("[z-a]").test("anything")).toBe(true);
});
