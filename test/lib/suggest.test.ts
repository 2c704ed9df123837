import { describe, expect, test } from "vitest";
import { suggest } from "../../src/lib/suggest.ts";

const keys = ["depends_on", "run", "restart", "ready", "env", "env_file", "go", "stop", "port", "ports"];

describe("suggest", () => {
  test.each([
    ["depend_on", "depends_on"],
    ["dependson", "depends_on"],
    ["depends-on", "depends_on"],
    ["rnu", "run"],
    ["Restart", "restart"],
    ["raedy", "ready"],
    ["environment", "env"],
    ["prot", "port"],
    ["portss", "ports"],
    ["dependencies", null],
    ["x", null],
    ["qq", null],
    ["", null],
    ["something-else", null],
  ])("for %j it offers %j", (word, expected) => {
    expect(suggest(word, keys)).toBe(expected);
  });

  test("takes any iterable, and the first of equally close ones", () => {
    expect(suggest("bat", new Set(["cat", "hat"]))).toBe("cat");
  });

  test("never offers the word itself", () => {
    expect(suggest("run", ["run"])).toBeNull();
  });
});
