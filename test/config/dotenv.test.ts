import { describe, expect, test } from "vitest";
import { parseDotenv } from "../../src/config/dotenv.ts";

describe("parseDotenv", () => {
  test.each([
    ["A=b", { A: "b" }],
    ["A = b ", { A: "b" }],
    ["export A=b\nB=c\r\n", { A: "b", B: "c" }],
    ["# comment\n\nA=b # more\nB=c#d", { A: "b", B: "c#d" }],
    ["A=", { A: "" }],
    ["A= # nothing", { A: "" }],
    ["A=x=y", { A: "x=y" }],
    [`A="b # c" # d`, { A: "b # c" }],
    [String.raw`A="a\nb\t\"c\"\\"`, { A: 'a\nb\t"c"\\' }],
    [String.raw`A='a\nb'`, { A: String.raw`a\nb` }],
    ['A="one\ntwo"\nB=3', { A: "one\ntwo", B: "3" }],
    ["A=${B}", { A: "${B}" }],
    ["A='${B}'", { A: "$${B}" }],
    [String.raw`A="\${B} \$C"`, { A: "$${B} $C" }],
    ["A=1\nA=2", { A: "2" }],
    ["A='it' \nB=it's", { A: "it", B: "it's" }],
  ])("reads %j", (text, values) => {
    expect(parseDotenv(text)).toEqual({ values, mistakes: [] });
  });

  test.each([
    ["A=1\nnonsense", 2],
    ["A: 1", 1],
    ["1A=1", 1],
    ["A='x", 1],
    ['A=1\nB="x\ny', 2],
    ["A='x' y", 1],
  ])("finds the mistake in %j", (text, line) => {
    expect(parseDotenv(text).mistakes).toEqual([{ line, message: expect.any(String) }]);
  });

  test("never repeats what may be a secret", () => {
    const { mistakes } = parseDotenv("hunter2\nA='hunter2");
    expect(mistakes).toHaveLength(2);
    expect(JSON.stringify(mistakes)).not.toContain("hunter2");
  });
});
