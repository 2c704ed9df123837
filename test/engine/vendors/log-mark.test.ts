import { describe, expect, test } from "vitest";
import type { LogPiece } from "../../../src/engine/vendors/docker.ts";
import { freshMark, type LogMark, MarkCounter, takenBefore } from "../../../src/engine/vendors/log-mark.ts";
import { dockerTime } from "./scripted-log.ts";

/** `seconds text stream`, as in `1.5 abc err`; a text with a dash at its end has no line end. */
function pieces(...texts: string[]): LogPiece[] {
  return texts.map((given) => {
    const [seconds, text = "", stream = "out"] = given.split(" ");
    const bytes = Buffer.from(text.endsWith("-") ? text : `${text}\n`);
    return { stream: stream === "err" ? "err" : "out", time: dockerTime(Number(seconds) * 1e9), bytes };
  });
}

function markAfter(taken: readonly LogPiece[], mark: LogMark = freshMark): LogMark {
  const counter = new MarkCounter(mark);
  for (const piece of taken) counter.take(piece);
  return counter.mark;
}

describe("the mark of what was taken", () => {
  test.each<[string, string[], { since: number | null; count: number }]>([
    ["nothing", [], { since: null, count: 0 }],
    ["less than a second", ["1 a", "1.5 b"], { since: null, count: 2 }],
    ["more than a second", ["1 a", "1.5 b", "2 c"], { since: 1, count: 3 }],
    ["much", ["1 a", "3 b", "4 c", "9 d", "9.1 e"], { since: 4, count: 3 }],
    ["the same moment again and again", ["1 a", "1 b", "3 c", "3 d", "3 e", "4 f"], { since: 1, count: 6 }],
    ["a line that is not over", ["0.5 x", "1 a-", "5 b err", "9 c err"], { since: 0.5, count: 4 }],
    ["a line that is over now", ["1 a-", "5 b err", "1 c", "6 d", "9 e"], { since: 6, count: 2 }],
    ["a clock that was put back", ["1 a", "5 b", "6 c", "0.5 d"], { since: null, count: 4 }],
  ])("after %s", (_, given, { since, count }) => {
    expect(markAfter(pieces(...given))).toMatchObject({
      since: since === null ? "" : dockerTime(since * 1e9),
      count,
      total: given.length,
    });
  });

  test("tells what was taken from what comes, at every place, through any number of marks", () => {
    const all = pieces(
      "1 a",
      "1 b err",
      "2.2 c",
      "2.1 d err",
      "2.5 e-",
      "4 f err",
      "2.5 g-",
      "6 h err",
      "2.5 i",
      "8 j",
      "9 k",
      "9 l",
    );
    for (let first = 0; first <= all.length; first++) {
      for (let second = first; second <= all.length; second++) {
        const mark = markAfter(all.slice(first, second), markAfter(all.slice(0, first)));
        const isTaken = takenBefore(mark);
        const left = all.filter(({ time }) => time >= mark.since).filter((piece) => !isTaken(piece));
        expect(left).toEqual(all.slice(second));
      }
    }
  });
});
