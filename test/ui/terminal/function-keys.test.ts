import { expect, test } from "vitest";
import { functionKeyOf, signFunctionKeys } from "../../../src/ui/terminal/function-keys.ts";

function keysIn(data: string): string[] {
  return [...signFunctionKeys(data)].map((character) => functionKeyOf(character) ?? character);
}

test.each<[title: string, data: string, keys: string[]]>([
  ["F1 to F4 of xterm", "\x1bOP\x1bOQ\x1bOR\x1bOS", ["f1", "f2", "f3", "f4"]],
  [
    "F5 to F12",
    "\x1b[15~\x1b[17~\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~",
    "56789"
      .split("")
      .map((n) => `f${n}`)
      .concat(["f10", "f11", "f12"]),
  ],
  ["F2 of rxvt and F5 of the Linux console", "\x1b[12~\x1b[[E", ["f2", "f5"]],
  ["letters around them", "j\x1b[15~k", ["j", "f5", "k"]],
  ["arrows and paging stay what they are", "\x1b[A\x1b[5~", [..."\x1b[A\x1b[5~"]],
  ["a sequence of no key stays", "\x1b[16~", [..."\x1b[16~"]],
  ["other text stays", "日本語 é", [..."日本語 é"]],
])("%s", (_title, data, keys) => {
  expect(keysIn(data)).toEqual(keys);
});
