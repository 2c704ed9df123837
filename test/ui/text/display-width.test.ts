import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { cut, displayWidth, fit as fitted } from "../../../src/ui/text/display-width.ts";
import { unicodeGlyphs } from "../../../src/ui/theme/glyphs.ts";

describe("the width of a text", () => {
  test("is that of its characters, for each of those that there are", () => {
    const wrong: string[] = [];
    for (let code = 0x20; code < 0x3100; code += 1) {
      const character = String.fromCodePoint(code);
      if (displayWidth(character) !== stringWidth(character)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  test("of every sign is one column", () => {
    const { phase, box, bars, ...others } = unicodeGlyphs;
    const signs = [...Object.values(phase), ...Object.values(box), ...bars, ...Object.values(others)];
    expect(signs.filter((sign) => typeof sign === "string" && displayWidth(sign) !== 1)).toEqual([]);
  });

  test.each<[text: string, width: number]>([
    ["e\u0301", 1],
    ["\u25b6\ufe0f", 2],
    ["日本語", 6],
    ["\x1b[31mred\x1b[0m", 3],
    ["▁▂█ –…", 6],
  ])("of %j is %d", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test("is what it is cut and filled to", () => {
    expect(cut("gateway – ready", 9)).toBe("gateway …");
    expect(fitted("▁▂█", 5, "right")).toBe("  ▁▂█");
    expect(displayWidth(cut("日本語 – x", 4))).toBeLessThanOrEqual(4);
  });
});
