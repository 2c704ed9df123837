import type { ColorDepth } from "./color-depth.ts";
import type { Color, PaletteColor } from "./style.ts";

/** The colours that themes are made of. */
export type Hue = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "orange" | "violet" | "teal" | "pink";

type Shades = Record<Hue, { palette: PaletteColor; index: number; rgb: `#${string}` }>;

/** Light enough to be read on black. */
const onDark: Shades = {
  red: { palette: "red", index: 203, rgb: "#ff6b6b" },
  green: { palette: "green", index: 114, rgb: "#87d787" },
  yellow: { palette: "yellow", index: 221, rgb: "#f2cc60" },
  blue: { palette: "blue", index: 75, rgb: "#6cb6ff" },
  magenta: { palette: "magenta", index: 176, rgb: "#d787d7" },
  cyan: { palette: "cyan", index: 80, rgb: "#56d4dd" },
  orange: { palette: "yellowBright", index: 215, rgb: "#ffa657" },
  violet: { palette: "blueBright", index: 141, rgb: "#b392f0" },
  teal: { palette: "cyanBright", index: 79, rgb: "#5fd7af" },
  pink: { palette: "magentaBright", index: 211, rgb: "#ff87af" },
};

/** Dark enough to be read on white: at least 4.5 to 1. */
const onLight: Shades = {
  red: { palette: "red", index: 160, rgb: "#c62828" },
  green: { palette: "green", index: 28, rgb: "#1b7f37" },
  yellow: { palette: "yellow", index: 94, rgb: "#8a5a00" },
  blue: { palette: "blue", index: 26, rgb: "#0b5fc1" },
  magenta: { palette: "magenta", index: 127, rgb: "#a0208f" },
  cyan: { palette: "blue", index: 30, rgb: "#0b7285" },
  orange: { palette: "red", index: 130, rgb: "#a64b00" },
  violet: { palette: "magenta", index: 92, rgb: "#6f42c1" },
  teal: { palette: "green", index: 23, rgb: "#0f6b5c" },
  pink: { palette: "magenta", index: 161, rgb: "#b3165f" },
};

/** A hue as a colour that the terminal has and that can be read on its background. */
export function colorOf(hue: Hue, background: "dark" | "light", depth: ColorDepth): Color {
  const { palette, index, rgb } = (background === "dark" ? onDark : onLight)[hue];
  if (depth === "true") return rgb;
  return depth === "256" ? `ansi256(${index})` : palette;
}
