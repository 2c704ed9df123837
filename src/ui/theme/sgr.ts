import type { Color, PaletteColor, Style } from "./style.ts";

const codes: Record<PaletteColor, number> = {
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  redBright: 91,
  greenBright: 92,
  yellowBright: 93,
  blueBright: 94,
  magentaBright: 95,
  cyanBright: 96,
};

/** The text between the escape sequences of a style, for rows that go to the screen as one string. */
export function styled(text: string, style: Style): string {
  const parameters: (number | string)[] = [];
  if (style.isBold === true) parameters.push(1);
  if (style.isDim === true) parameters.push(2);
  if (style.isInverse === true) parameters.push(7);
  if (style.color !== undefined) parameters.push(colorCode(style.color));
  return parameters.length === 0 || text === "" ? text : `\x1b[${parameters.join(";")}m${text}\x1b[0m`;
}

function colorCode(color: Color): string {
  if (color.startsWith("#")) {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    return `38;2;${red};${green};${blue}`;
  }
  const indexed = /^ansi256\((\d+)\)$/.exec(color);
  return indexed === null ? String(codes[color as PaletteColor]) : `38;5;${indexed[1]}`;
}
