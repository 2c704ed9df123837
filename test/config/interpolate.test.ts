import { expect, test } from "vitest";
import { interpolate } from "../../src/config/interpolate.ts";

const values: Record<string, string> = { A: "one", EMPTY: "" };

test.each<[string, string, string[]]>([
  ["${A}", "one", []],
  ["x${A}y${A}", "xoneyone", []],
  ["${EMPTY}", "", []],
  ["${B}", "${B}", ["B"]],
  ["${B:-two}", "two", []],
  ["${EMPTY:-two}", "two", []],
  ["${A:-two}", "one", []],
  ["${B:-}", "", []],
  ["$A $$ $", "$A $$ $", []],
  ["$${A}", "${A}", []],
  ["${}", "${}", []],
  ["${A-x} ${1}", "${A-x} ${1}", []],
  ["${A", "${A", []],
])("%j becomes %j", (text, value, unknown) => {
  expect(interpolate(text, (name) => values[name] ?? null)).toEqual({ value, unknown });
});
