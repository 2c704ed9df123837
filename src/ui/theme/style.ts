/** The colours of the terminal's own palette, so that what suits the user's scheme suits us. */
export type PaletteColor =
  | "red"
  | "green"
  | "yellow"
  | "blue"
  | "magenta"
  | "cyan"
  | "redBright"
  | "greenBright"
  | "yellowBright"
  | "blueBright"
  | "magentaBright"
  | "cyanBright";

/** A colour of the terminal's palette, one of the 256, or any: as Ink writes them. */
export type Color = PaletteColor | `ansi256(${number})` | `#${string}`;

/** How a text looks. Nothing set: the terminal's default. */
export interface Style {
  color?: Color;
  isBold?: boolean;
  isDim?: boolean;
  isInverse?: boolean;
}

/** A piece of a row. */
export interface Span {
  text: string;
  style?: Style;
  /** Where a click leads, in terminals that know such links; a whole address. */
  link?: string;
}
