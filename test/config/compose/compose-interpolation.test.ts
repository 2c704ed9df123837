import { describe, expect, test } from "vitest";
import { interpolateCompose } from "../../../src/config/compose/compose-interpolation.ts";

const env = new Map([
  ["A", "one"],
  ["EMPTY", ""],
  ["_b1", "under"],
]);
const lookUp = (name: string) => env.get(name) ?? null;

describe("variables in a Compose file", () => {
  test.each<[string, string]>([
    ["plain", "plain"],
    ["$A-$_b1.", "one-under."],
    ["${A}${_b1}", "oneunder"],
    ["${A:-x} ${A-x}", "one one"],
    ["[${EMPTY:-x}] [${EMPTY-x}]", "[x] []"],
    ["[${NO:-x}] [${NO-x}] [${NO:-}]", "[x] [x] []"],
    ["${NO:-a:b/c-d?e}", "a:b/c-d?e"],
    ["${NO:-${ALSO:-${A}!}}", "one!"],
    ["${NO:-$A}", "one"],
    ['${NO:-{"a": {"b": 1}}}', '{"a": {"b": 1}}'],
    ["${NO:-}}", "}"],
    ["[${A:+yes}] [${EMPTY:+yes}] [${EMPTY+yes}] [${NO+yes}]", "[yes] [] [yes] []"],
    ["${A:+is ${A}}", "is one"],
    ["${A:?must} ${EMPTY?must}", "one "],
    ["$$A $${A} $$$A", "$A ${A} $one"],
    ["cost: 5$$", "cost: 5$"],
  ])("%j is %j", (text, value) => {
    expect(interpolateCompose(text, lookUp)).toEqual({ value, unset: [], mistakes: [] });
  });

  test("without a value stand for nothing, and are named", () => {
    expect(interpolateCompose("[$NO] [${ALSO}] [${A:+$NO}]", lookUp)).toEqual({
      value: "[] [] []",
      unset: ["NO", "ALSO", "NO"],
      mistakes: [],
    });
  });

  test("are looked up only where they count", () => {
    expect(interpolateCompose("${A:-$NO} ${NO:+$ALSO}", lookUp)).toEqual({ value: "one ", unset: [], mistakes: [] });
  });

  test.each<[string, string]>([
    ["${NO:?set it to $A}", "needs a value for NO: set it to one"],
    ["${EMPTY:?}", "needs a value for EMPTY"],
    ["${NO?why}", "needs a value for NO: why"],
    ["${A", "has a variable that makes no sense; write $$ for a dollar sign"],
    ["${}", "has a variable that makes no sense; write $$ for a dollar sign"],
    ["${1}", "has a variable that makes no sense; write $$ for a dollar sign"],
    ["${A!x}", "has a variable that makes no sense; write $$ for a dollar sign"],
    ["5$", "has a $ that begins no variable; write $$ for a dollar sign"],
    ["$1", "has a $ that begins no variable; write $$ for a dollar sign"],
  ])("%j is a mistake", (text, mistake) => {
    expect(interpolateCompose(text, lookUp).mistakes).toEqual([mistake]);
  });
});
