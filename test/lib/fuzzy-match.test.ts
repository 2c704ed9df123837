import { expect, test } from "vitest";
import { fuzzyMatch } from "../../src/lib/fuzzy-match.ts";

function best(typed: string, texts: string[]): string | undefined {
  return texts
    .flatMap((text) => {
      const match = fuzzyMatch(typed, text);
      return match === null ? [] : [{ text, score: match.score }];
    })
    .sort((a, b) => b.score - a.score)[0]?.text;
}

test.each<[typed: string, text: string, positions: number[] | null]>([
  ["", "anything", []],
  ["st", "start", [0, 1]],
  ["ST", "start", [0, 1]],
  ["s t", "start", [0, 1]],
  ["ce", "place one", [3, 4]],
  ["orm", "one replica more", [0, 4, 12]],
  ["xyz", "start", null],
  ["ts", "st", null],
  ["startt", "start", null],
  ["fo", "log: follow on", [5, 6]],
])("%j in %j is found at %j", (typed, text, positions) => {
  expect(fuzzyMatch(typed, text)?.positions ?? null).toEqual(positions);
});

test.each<[typed: string, texts: string[], wanted: string]>([
  ["re", ["stop the service", "restart", "more"], "restart"],
  ["rr", ["mirror", "one replica restart"], "one replica restart"],
  ["stop", ["start the other pane", "stop the service"], "stop the service"],
  ["quit", ["quit and stop all", "quit"], "quit"],
  ["wrap", ["log: wrap long lines", "write a paper"], "log: wrap long lines"],
])("%j means the best of %j", (typed, texts, wanted) => {
  expect(best(typed, texts)).toBe(wanted);
  expect(best(typed, texts.toReversed())).toBe(wanted);
});
