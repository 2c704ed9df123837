import { describe, expect, test } from "vitest";
import type { Clock } from "../../../src/lib/clock.ts";
import { type Background, BackgroundAnswer } from "../../../src/ui/terminal/background-answer.ts";

function answerTo() {
  const timers: { ms: number; then: () => void }[] = [];
  const clock: Clock = {
    now: () => 0,
    after: (ms, then) => {
      timers.push({ ms, then });
      return () => undefined;
    },
  };
  const backgrounds: Background[] = [];
  const answer = new BackgroundAnswer(clock, (background) => backgrounds.push(background));
  return {
    answer,
    backgrounds,
    pass: (until: number) => {
      for (const { then } of timers.filter(({ ms }) => ms <= until)) then();
    },
  };
}

describe("the answer of a terminal about its background", () => {
  test.each<[title: string, pieces: string[], background: Background | null, rest: string]>([
    ["black is dark", ["\x1b]11;rgb:0000/0000/0000\x1b\\"], "dark", ""],
    ["white is light", ["\x1b]11;rgb:ffff/ffff/ffff\x07"], "light", ""],
    ["two digits a colour", ["\x1b]11;rgb:fd/f6/e3\x07"], "light", ""],
    ["a colour counts as the eye sees it: yellow is light", ["\x1b]11;rgb:ffff/ffff/0000\x07"], "light", ""],
    ["and blue is dark", ["\x1b]11;rgb:0000/0000/ffff\x07"], "dark", ""],
    ["with how much shines through", ["\x1b]11;rgba:1e1e/1e1e/1e1e/cccc\x07"], "dark", ""],
    ["keys around it stay", ["j\x1b]11;rgb:00/00/00\x07k"], "dark", "jk"],
    ["in two pieces", ["j\x1b]11;rg", "b:ff/ff/ff\x1b\\k"], "light", "jk"],
    ["in pieces of one", [..."\x1b]11;rgb:ff/ff/ff\x1b\\"].reduce<string[]>(afterFirst, []), "light", ""],
    ["cut behind its Esc, which is all that is left of it", ["\x1b", "]11;rgb:ff/ff/ff\x07j"], "light", "\x1bj"],
    ["another answer is none of it", ["\x1b]10;rgb:ff/ff/ff\x07"], null, "\x1b]10;rgb:ff/ff/ff\x07"],
    ["what is no colour is none of it", ["\x1b]11;blue\x07"], null, "\x1b]11;blue\x07"],
    ["what began like it and goes on otherwise stays", ["\x1b]1", "x"], null, "\x1b]1x"],
    ["keys alone stay", ["\x1b", "]", "\x1b[A"], null, "\x1b]\x1b[A"],
  ])("%s", (_title, pieces, background, rest) => {
    const { answer, backgrounds } = answerTo();
    expect(pieces.map((piece) => answer.take(piece)).join("")).toBe(rest);
    expect(backgrounds).toEqual(background === null ? [] : [background]);
  });

  test("is waited for half a second, and counts after that too", async () => {
    const { answer, backgrounds, pass } = answerTo();
    pass(500);
    await answer.settled;
    expect(answer.take("a\x1b]11;rgb:ff/ff/ff\x07b")).toBe("ab");
    expect(backgrounds).toEqual(["light"]);
  });

  test("is swallowed and changes nothing where it is late", () => {
    const { answer, backgrounds, pass } = answerTo();
    pass(3000);
    expect(answer.take("a\x1b]11;rgb:ff/ff/ff\x07b")).toBe("ab");
    expect(backgrounds).toEqual([]);
  });

  test("ends the wait for it", async () => {
    const { answer } = answerTo();
    answer.take("\x1b]11;rgb:ff/ff/ff\x07");
    await answer.settled;
  });
});

/** The first two in one piece, since Esc alone is a key. */
function afterFirst(pieces: string[], character: string): string[] {
  return pieces.length === 1 && pieces[0] === "\x1b" ? [`\x1b${character}`] : [...pieces, character];
}
