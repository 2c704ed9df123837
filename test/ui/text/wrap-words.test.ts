import { expect, test } from "vitest";
import { wrapWords } from "../../../src/ui/text/wrap-words.ts";

test.each<[title: string, text: string, width: number, rows: string[]]>([
  ["a short sentence is one row", "all is well", 20, ["all is well"]],
  ["a long one is broken between words", "all is well here", 8, ["all is", "well", "here"]],
  [
    "a word that is too long is broken where it has to be",
    "see registry.example.com",
    8,
    ["see", "registry", ".example", ".com"],
  ],
  ["nothing is one empty row", "", 8, [""]],
])("%s", (_title, text, width, rows) => {
  expect(wrapWords(text, width)).toEqual(rows);
});
