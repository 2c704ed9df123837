import type { Color, Style } from "./style.ts";

const codes: Record<Color, number> = {
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
  const parameters: number[] = [];
  if (style.isBold === true) parameters.push(1);
  if (style.isDim === true) parameters.push(2);
  if (style.isInverse === true) parameters.push(7);
  if (style.color !== undefined) parameters.push(codes[style.color]);
  return parameters.length === 0 || text === "" ? text : `\x1b[${parameters.join(";")}m${text}\x1b[0m`;
}
