import { expect, test } from "vitest";
import { phases } from "../../../src/model/replica.ts";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { asciiGlyphs, unicodeGlyphs } from "../../../src/ui/theme/glyphs.ts";
import { styled } from "../../../src/ui/theme/sgr.ts";
import { nameStyle, staleTheme, themeFor } from "../../../src/ui/theme/theme.ts";

const utf8 = { LANG: "en_US.UTF-8", TERM: "xterm-256color" };

test("every sign takes one column, and no two phases share one", () => {
  for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
    const signs = phases.map((p) => glyphs.phase[p]);
    expect(new Set(signs).size).toBe(phases.length);
    for (const sign of [...signs, ...Object.values(glyphs.box), glyphs.bar, glyphs.rule])
      expect(displayWidth(sign)).toBe(1);
  }
});

test.each<[title: string, env: Record<string, string>, hasColor: boolean, isUnicode: boolean]>([
  ["a usual terminal has both", utf8, true, true],
  ["NO_COLOR takes the colours", { ...utf8, NO_COLOR: "1" }, false, true],
  ["an empty NO_COLOR is none", { ...utf8, NO_COLOR: "" }, true, true],
  ["a dumb terminal has neither", { ...utf8, TERM: "dumb" }, false, false],
  ["a locale without UTF-8 takes the signs", { LANG: "C" }, true, false],
  ["LC_ALL comes before LANG", { LANG: "C", LC_ALL: "C.utf8" }, true, true],
  ["no locale at all says nothing against UTF-8", {}, true, true],
])("%s", (_title, env, hasColor, isUnicode) => {
  const theme = themeFor(env);
  expect(theme.hasColor).toBe(hasColor);
  expect(theme.glyphs).toBe(isUnicode ? unicodeGlyphs : asciiGlyphs);
  const styles = [...Object.values(theme.role), ...Object.values(theme.phase), ...theme.names];
  expect(styles.some((s) => s.color !== undefined)).toBe(hasColor);
});

test("a stale screen is dim but for what says so", () => {
  const theme = themeFor(utf8);
  const stale = staleTheme(theme);
  expect(stale.phase.failed).toEqual({ isDim: true });
  expect(stale.role.alarm).toEqual(theme.role.alarm);
});

test("neighbours in the fleet have different colours in the log, and keep them", () => {
  const theme = themeFor(utf8);
  const services = ["a", "b", "c"];
  expect(nameStyle(theme, services, "a")).not.toEqual(nameStyle(theme, services, "b"));
  expect(nameStyle(theme, services, "c")).toEqual(nameStyle(theme, [...services, "d"], "c"));
});

test("a style is closed after its text", () => {
  expect(styled("x", { color: "red", isBold: true })).toBe("\x1b[1;31mx\x1b[0m");
  expect(styled("x", {})).toBe("x");
  expect(styled("", { isDim: true })).toBe("");
});
