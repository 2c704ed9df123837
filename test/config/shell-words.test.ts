import { expect, test } from "vitest";
import { shellWords } from "../../src/config/shell-words.ts";

test.each<[string, string[] | null]>([
  ["postgres -c max_connections=5", ["postgres", "-c", "max_connections=5"]],
  ["  a \t b\nc ", ["a", "b", "c"]],
  ["sh -c 'echo \"hi\" $X'", ["sh", "-c", 'echo "hi" $X']],
  ['a "b \\"c\\" \\n \\$X"', ["a", 'b "c" \\n $X']],
  ["a\\ b 'c'd\"e\" ''", ["a b", "cde", ""]],
  ["", []],
  ["it's", null],
  ['say "hi', null],
])("%j", (text, words) => {
  expect(shellWords(text)).toEqual(words);
});
