import { describe, expect, test } from "vitest";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { sanitize } from "../../../src/ui/text/sanitize.ts";

const esc = "\x1b";

describe("a line of a service's output", () => {
  const cases: [title: string, input: string, output: string][] = [
    ["plain text passes", "GET /v1/orders 200 12ms", "GET /v1/orders 200 12ms"],
    ["wide characters and accents pass", "日本語 é 🎉", "日本語 é 🎉"],
    ["nothing stays nothing", "", ""],

    ["colours pass", `${esc}[32mok${esc}[0m`, `${esc}[32mok${esc}[0m`],
    ["an empty SGR is a reset", `${esc}[1ma${esc}[mb`, `${esc}[1ma${esc}[0mb`],
    ["256 colours pass", `${esc}[38;5;208mx`, `${esc}[38;5;208mx`],
    ["true colours pass", `${esc}[1;48;2;1;2;3mx`, `${esc}[1;48;2;1;2;3mx`],
    ["colons in colours become semicolons", `${esc}[38:5:208mx`, `${esc}[38;5;208mx`],
    ["a colour space between colons is dropped", `${esc}[38:2::1:2:3mx`, `${esc}[38;2;1;2;3mx`],
    ["a curly underline becomes a plain one", `${esc}[4:3mx`, `${esc}[4mx`],
    ["no underline by colon ends it", `${esc}[4:0mx`, `${esc}[24mx`],
    ["the colour of an underline is dropped", `${esc}[58;5;1;31mx`, `${esc}[31mx`],
    ["a colour that is cut short is dropped", `${esc}[38;5mx`, "x"],
    ["blinking is taken out", `${esc}[5;31mx`, `${esc}[31mx`],
    ["hidden text is shown", `${esc}[8mx`, "x"],
    ["a C1 introducer of a colour becomes the usual one", "\x9b31mx", `${esc}[31mx`],
    ["5 as an argument of a colour is no blinking", `${esc}[38;5;5mx`, `${esc}[38;5;5mx`],

    ["cursor movement is dropped", `${esc}[2J${esc}[H${esc}[3;4Ha${esc}[Ab${esc}[10Cc`, "abc"],
    ["erasing is dropped", `a${esc}[Kb${esc}[1Kc`, "abc"],
    ["private modes are dropped", `${esc}[?1049ha${esc}[?25lb${esc}[?2026h`, "ab"],
    ["intermediate bytes belong to the sequence", `a${esc}[1 qb${esc}[!pc`, "abc"],
    ["key modes are no colours", `a${esc}[>4;2mb`, "ab"],
    ["an unfinished CSI is dropped", `a${esc}[12`, "a"],
    ["a C1 CSI is dropped", "a\x9b2Jb", "ab"],
    ["scroll regions and saved cursors are dropped", `${esc}[1;5ra${esc}7b${esc}8c`, "abc"],

    ["a window title is dropped", `${esc}]0;owned\x07text`, "text"],
    ["a title ended by ST is dropped", `${esc}]2;owned${esc}\\text`, "text"],
    ["a title in C1 is dropped", "\x9d0;owned\x9ctext", "text"],
    ["a hyperlink leaves its text", `${esc}]8;;http://x.test${esc}\\link${esc}]8;;${esc}\\`, "link"],
    ["the clipboard is not written", `${esc}]52;c;ZXZpbA==\x07text`, "text"],
    ["an unfinished OSC swallows the rest", `a${esc}]0;never ended`, "a"],
    ["a DCS is dropped", `a${esc}P1$r0m${esc}\\b`, "ab"],
    ["APC, PM and SOS are dropped", `${esc}_x${esc}\\a${esc}^y${esc}\\b${esc}Xz${esc}\\c`, "abc"],
    ["a sixel picture is dropped", `a${esc}Pq#0;2;0;0;0~-${esc}\\b`, "ab"],

    ["a full reset is dropped", `${esc}ca`, "a"],
    ["character sets are dropped", `${esc}(0a${esc})Bb`, "ab"],
    ["a lone escape is dropped", `a${esc}`, "a"],
    ["an escape before an escape is dropped", `${esc}${esc}[31mx`, `${esc}[31mx`],
    ["C1 controls are dropped", "a\x84b\x85c\x8dd", "abcd"],
    ["a sequence put together by taking another out is not formed", `${esc}${esc}[2J[31mx`, "[31mx"],

    ["a carriage return at the end is a line end of another system", "text\r", "text"],
    ["a progress bar shows its newest state", "10%\r50%\r100%", "100%"],
    ["a progress bar that was erased keeps its last text", "50%\r   \r", "50%"],
    ["what was coloured before a carriage return stays coloured", `${esc}[32m10%\r90%`, `${esc}[32m90%`],
    ["a backspace takes a character back", "|\b/\b-", "-"],
    ["a backspace takes back what stands before a colour", `ab${esc}[1m\bc`, `a${esc}[1mc`],
    ["a backspace at the start takes nothing", "\b\bx", "x"],
    ["a tab fills up to the next eighth column", "a\tb", "a       b"],
    ["a tab at a stop is eight blanks", "12345678\tx", "12345678        x"],
    ["colours take no column before a tab", `${esc}[31ma\tb`, `${esc}[31ma       b`],

    ["NULs and bells are dropped", "a\0b\x07c", "abc"],
    ["delete is dropped", "a\x7fb", "ab"],
    ["form feeds and line separators are blanks", "a\fb\u2028c\vd", "a b c d"],
    ["bidi overrides are dropped", "a\u202eb\u2066c\u200f", "abc"],
    ["a byte order mark is dropped", "\ufeffa", "a"],
  ];
  test.each(cases)("%s", (_title, input, output) => {
    expect(sanitize(input)).toBe(output);
  });

  test("has no colours left where colours are off", () => {
    expect(sanitize(`${esc}[1;32mok${esc}[0m ${esc}]0;t\x07x`, false)).toBe("ok x");
  });

  test("holds nothing but text and colours, whatever comes", () => {
    const alphabet = [
      esc,
      "[",
      "]",
      "P",
      "0",
      "1",
      ";",
      ":",
      "m",
      "H",
      "\x07",
      "\\",
      "\x9b",
      "\x9d",
      "a",
      "\r",
      "\b",
      "\t",
      "\0",
      "日",
      "\u202e",
      "?",
      " ",
    ];
    let seed = 42;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 5000; round += 1) {
      const input = Array.from({ length: next(24) }, () => alphabet[next(alphabet.length)]).join("");
      const output = sanitize(input);
      const left = output.replace(/\x1b\[[\d;]*m/g, "");
      expect(left, JSON.stringify(input)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
      expect(displayWidth(output), JSON.stringify(input)).toBe(displayWidth(left));
    }
  });

  test("of 64 KB takes milliseconds", () => {
    const started = performance.now();
    sanitize(`${esc}[31mx${esc}[0m\r`.repeat(6000));
    sanitize("\t".repeat(8000));
    sanitize(`${esc}]`.repeat(30_000));
    sanitize("ab\b".repeat(20_000));
    // Far above what it takes; a quadratic step would take minutes.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
