import { expect, test } from "vitest";
import { takeNext, type WaitingBuild } from "../../../src/engine/build/take-next.ts";

/** `a:1` is a build of priority 1 named `a` that shares the command `m`; `a@n:1` that of another key; `-:1` none. */
function waiting(text: string): WaitingBuild[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [who = "", priority = "0"] = word.split(":");
      const [name = "", key = "m"] = who.split("@");
      return { priority: Number(priority), shared: name === "-" ? null : { key, name } };
    });
}

test.each([
  { what: "nothing waits", text: "", taken: [] },
  { what: "one waits", text: "a", taken: [0] },
  { what: "none shares", text: "- - -", taken: [0] },
  { what: "none shares, and a later one is more urgent", text: "- -:2 -:1", taken: [1] },
  { what: "all share, in the order asked for", text: "a b c", taken: [0, 1, 2] },
  { what: "all share, the most urgent first", text: "a b:1 c:5 d:1", taken: [2, 1, 3, 0] },
  { what: "two modules wait", text: "a b@n c d@n", taken: [0, 2] },
  { what: "the other module is more urgent", text: "a b@n:1 c d@n", taken: [1, 3] },
  { what: "one in between shares nothing", text: "a - b", taken: [0, 2] },
  { what: "the first shares nothing", text: "- a b", taken: [0] },
  { what: "one that shares nothing is more urgent than some", text: "a:5 -:3 b c:3 d:4", taken: [0, 4, 3] },
  { what: "two have one name", text: "a b a c", taken: [0, 1, 3] },
  { what: "two have one name, and the later one is more urgent", text: "a b a:1", taken: [2, 1] },
])("$what: $text", ({ text, taken }) => {
  expect(takeNext(waiting(text))).toEqual(taken);
});
