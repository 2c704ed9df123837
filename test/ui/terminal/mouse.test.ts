import { expect, test } from "vitest";
import { takeMouse } from "../../../src/ui/terminal/mouse.ts";

test.each<[title: string, data: string, rest: string, events: object[]]>([
  ["a click", "\x1b[<0;5;3M\x1b[<0;5;3m", "", [{ kind: "click", column: 4, row: 2 }]],
  [
    "the wheel",
    "\x1b[<64;1;1M\x1b[<65;300;90M",
    "",
    [
      { kind: "wheel-up", column: 0, row: 0 },
      { kind: "wheel-down", column: 299, row: 89 },
    ],
  ],
  ["other buttons are nothing", "\x1b[<2;5;3M", "", []],
  ["keys around it stay", "j\x1b[<0;5;3Mk", "jk", [{ kind: "click", column: 4, row: 2 }]],
  ["keys alone", "\x1b[A", "\x1b[A", []],
])("%s", (_title, data, rest, events) => {
  expect(takeMouse(data)).toEqual({ rest, events });
});
