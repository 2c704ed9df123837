import { expect, test } from "vitest";
import { phases } from "../../../src/model/replica.ts";
import { displayWidth } from "../../../src/ui/text/display-width.ts";
import { colorDepth } from "../../../src/ui/theme/color-depth.ts";
import { asciiGlyphs, unicodeGlyphs } from "../../../src/ui/theme/glyphs.ts";
import { styled } from "../../../src/ui/theme/sgr.ts";
import { nameStyle, staleTheme, type ThemeWish, themeFor } from "../../../src/ui/theme/theme.ts";

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

test.each<[env: Record<string, string>, depth: string]>([
  [{ TERM: "xterm" }, "16"],
  [{}, "16"],
  [{ TERM: "xterm-256color" }, "256"],
  [{ TERM: "screen-256color" }, "256"],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "true"],
  [{ TERM: "xterm", COLORTERM: "24bit" }, "true"],
  [{ TERM: "xterm-direct" }, "true"],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor", FORCE_COLOR: "1" }, "16"],
  [{ TERM: "dumb", FORCE_COLOR: "2" }, "256"],
  [{ TERM: "xterm-256color", FORCE_COLOR: "0" }, "none"],
  [{ TERM: "xterm-256color", FORCE_COLOR: "3", NO_COLOR: "1" }, "none"],
  [{ TERM: "dumb" }, "none"],
])("%j has colours: %s", (env, depth) => {
  expect(colorDepth(env)).toBe(depth);
});

test.each<[wish: ThemeWish, env: Record<string, string>, color: string]>([
  ["auto", {}, "yellow"],
  ["auto", { TERM: "xterm-256color" }, "ansi256(221)"],
  ["auto", { COLORTERM: "truecolor" }, "#f2cc60"],
  ["auto", { COLORTERM: "truecolor", COLORFGBG: "0;15" }, "#8a5a00"],
  ["auto", { COLORTERM: "truecolor", COLORFGBG: "15;default;0" }, "#f2cc60"],
  ["light", { COLORTERM: "truecolor", COLORFGBG: "15;0" }, "#8a5a00"],
  ["dark", { COLORTERM: "truecolor", COLORFGBG: "0;15" }, "#f2cc60"],
])("a warning in the %s theme, with %j, is %s", (wish, env, color) => {
  expect(themeFor(env, wish).role.warn.color).toBe(color);
});

/** WCAG's contrast between two colours, 1 to 21. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test.each<[ThemeWish, string]>([
  ["dark", "#1e1e1e"],
  ["light", "#ffffff"],
])("every colour of the %s theme can be read", (wish, background) => {
  const theme = themeFor({ COLORTERM: "truecolor" }, wish);
  const styles = [...Object.values(theme.role), ...Object.values(theme.phase), ...theme.names];
  for (const { color } of styles) {
    if (color !== undefined) expect(contrast(color, background), color).toBeGreaterThan(4.5);
  }
});

test("signs in our own sentences are spelled in ASCII where the terminal knows no other, at the same width", () => {
  const text = "reading… ←/→ ↑/↓ 1 · 2 – •••";
  expect(themeFor({ LANG: "en_US.UTF-8" }).spell(text)).toBe(text);
  const plain = themeFor({ LANG: "C" }).spell(text);
  expect(plain).toBe("reading~ </> ^/v 1 - 2 - ***");
  expect(displayWidth(plain)).toBe(displayWidth(text));
});

test("any of the colours has its escape sequence", () => {
  expect(styled("x", { color: "ansi256(221)" })).toBe("\x1b[38;5;221mx\x1b[0m");
  expect(styled("x", { color: "#ff8000", isDim: true })).toBe("\x1b[2;38;2;255;128;0mx\x1b[0m");
});
