import { describe, expect, test } from "vitest";
import { escapeSign, signEscapes } from "../../../src/ui/terminal/escape-key.ts";
import { signFunctionKeys } from "../../../src/ui/terminal/function-keys.ts";

const isAltKey = (key: string) => key === "alt-x";

describe("Esc with a key right behind it", () => {
  test.each<[title: string, data: string, signed: string]>([
    ["is two keys", "\x1bj", `${escapeSign}j`],
    ["is two keys with a sign, a blank and enter", "\x1b/\x1b \x1b\r", `${escapeSign}/${escapeSign} ${escapeSign}\r`],
    ["is one where that key means something with alt", "\x1bx", "\x1bx"],
    ["is two Escs where it is Esc, the last still waiting for what may follow", "\x1b\x1b", `${escapeSign}\x1b`],
    ["stays where it begins an arrow or a key of the keypad", "\x1b[A\x1bOM", "\x1b[A\x1bOM"],
    ["stays where it is an arrow with alt", "\x1b\x1b[A", "\x1b\x1b[A"],
    ["stays where it erases a word", "\x1b\x7f", "\x1b\x7f"],
    ["stays alone", "\x1b", "\x1b"],
    ["is told from what is typed around it", "ab\x1bcd", `ab${escapeSign}cd`],
    ["is left in what is pasted", "\x1b[200~a\x1bb\x1b[201~", "\x1b[200~a\x1bb\x1b[201~"],
  ])("%s", (_title, data, signed) => {
    expect(signEscapes(data, isAltKey)).toBe(signed);
  });

  test("is two keys where it is a function key", () => {
    expect(signEscapes(signFunctionKeys("\x1b\x1bOP"), isAltKey)).toBe(escapeSign + signFunctionKeys("\x1bOP"));
  });
});
