import { describe, expect, test } from "vitest";
import { parseJson } from "../../src/config/json-source.ts";
import { Report } from "../../src/config/report.ts";
import { SourceText } from "../../src/config/source-text.ts";

function parse(text: string) {
  const report = new Report();
  const source = parseJson(new SourceText("/package.json", text), report);
  const told = report.sorted().map((d) => `${d.location?.line}:${d.location?.column} ${d.message}`);
  return { source, told };
}

describe("what is not JSON is told with its place", () => {
  test.each([
    ["", "1:1 this is not JSON: the file ends where a value should be"],
    ["{", "1:2 this is not JSON: the file ends where a name in double quotes should be"],
    ['{"a": 1,}', '1:9 this is not JSON: there is "}" where a name in double quotes should be'],
    ['{\n  "a": 1\n  "b": 2\n}', '3:3 this is not JSON: there is "\\"" where "," or "}" should be'],
    ["{a: 1}", '1:2 this is not JSON: there is "a" where a name in double quotes should be'],
    ['{"a" 1}', '1:6 this is not JSON: there is "1" where ":" should be'],
    ["[1 2]", '1:4 this is not JSON: there is "2" where "," or "]" should be'],
    ['{"a": [1, "b\nc"]}', '1:11 this is not JSON: there is "\\"" where a value should be'],
    ['{"a": 01}', '1:7 this is not JSON: there is "0" where a value should be'],
    ["{} // done", '1:4 this is not JSON: there is "/" where the end should be'],
    ["<<<<<<< HEAD\n{}", '1:1 this is not JSON: there is "<" where a value should be'],
    ['{"a": nulls}', '1:7 this is not JSON: there is "n" where a value should be'],
  ])("%j", (text, expected) => {
    expect(parse(text)).toEqual({ source: null, told: [expected] });
  });
});

test("says where a value stands, or the nearest thing around it", () => {
  const { source } = parse('{\n  "scripts": {"st\\u0061rt": [1, -2.5e3, true],\n    "b": "\\"x"}\n}');
  const place = (...path: string[]) => {
    const { line, column, length } = source?.valueAt(path) ?? {};
    return [line, column, length];
  };
  expect(place("scripts", "start")).toEqual([2, 29, 17]);
  expect(place("scripts", "start", "1")).toEqual([2, 33, 6]);
  expect(place("scripts", "b")).toEqual([3, 10, 5]);
  expect(place("scripts", "gone")).toEqual([2, 14, 33]);
  expect(place("gone")).toEqual([1, 1, 1]);
});

test("nesting without end is a mistake like any other", () => {
  expect(parse("[".repeat(200_000)).told).toEqual([
    '1:1001 this is not JSON: there is "[" where something less deep should be',
  ]);
});

test("a byte order mark and blanks of any kind are no mistake", () => {
  expect(parse('\uFEFF\t{"a":\r\n[]}\n').source?.value).toEqual({ a: [] });
});
