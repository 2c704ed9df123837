import { expect, test } from "vitest";
import { sourcePlaces } from "../../../src/ui/text/source-places.ts";

test.each<[text: string, places: [path: string, line: number, words: string][]]>([
  ["./main.go:12:5: undefined: x", [["./main.go", 12, "./main.go:12:5"]]],
  ["../lib/a-b.go:3: no", [["../lib/a-b.go", 3, "../lib/a-b.go:3"]]],
  ["    sum_test.go:9: got 3", [["sum_test.go", 9, "sum_test.go:9"]]],
  ["\t/home/you/shop/main.go:42 +0x1d", [["/home/you/shop/main.go", 42, "/home/you/shop/main.go:42"]]],
  ["src/app.ts(3,7): error TS1005", [["src/app.ts", 3, "src/app.ts(3,7)"]]],
  [
    "a.go:1:2 and (b.go:3)",
    [
      ["a.go", 1, "a.go:1:2"],
      ["b.go", 3, "b.go:3"],
    ],
  ],
  ["at fn (file:///home/you/app.js:7:9)", [["///home/you/app.js", 7, "///home/you/app.js:7:9"]]],
  ["dial 127.0.0.1:5432: refused", []],
  ["version v1.2.3:4, at 10:20:30", []],
  ["Makefile:3: stop", []],
  ["x".repeat(5000), []],
])("the places in %j", (text, places) => {
  const found = sourcePlaces(text);
  expect(found.map(({ path, line, start, end }) => [path, line, text.slice(start, end)])).toEqual(places);
});

test("a line made to be hard takes no time", () => {
  const begun = performance.now();
  for (const hard of [
    "a.".repeat(2000),
    "a/".repeat(2000),
    "./".repeat(2000),
    "a.b:".repeat(1000),
    "~-".repeat(2000),
  ]) {
    sourcePlaces(hard);
  }
  expect(performance.now() - begun).toBeLessThan(500);
});
