import { displayWidth } from "../../text/display-width.ts";
import type { Theme } from "../../theme/theme.ts";

/** How lines are drawn: all that, with a line's own content, decides about its rows. */
export interface LogLook {
  /** Of the whole row. */
  width: number;
  isWrapped: boolean;
  time: "none" | "short" | "long";
  nameWidth: number;
  /** Service names in the order of the fleet; a name's place decides about its colour. */
  services: readonly string[];
  /** Vendors, whose only unit is shown by their name alone. */
  vendors: ReadonlySet<string>;
  theme: Theme;
}

interface LookOptions {
  columns: number;
  isWrapped: boolean;
  hasTimes: boolean;
  units: readonly string[];
  services: readonly string[];
  vendors: ReadonlySet<string>;
  theme: Theme;
}

const shortTimeBelow = 100;
const noTimeBelow = 56;

/** The look for a screen: on a narrow one times are shorter or left out, and names may take a quarter of the row. */
export function logLook({ columns, isWrapped, hasTimes, units, services, vendors, theme }: LookOptions): LogLook {
  const longest = Math.max(0, ...units.map(displayWidth));
  return {
    width: columns - 2,
    isWrapped,
    time: !hasTimes || columns < noTimeBelow ? "none" : columns < shortTimeBelow ? "short" : "long",
    nameWidth: Math.min(longest, Math.max(8, Math.floor(columns / 4)), 24),
    services,
    vendors,
    theme,
  };
}

/** Equal for looks that draw the same. */
export function lookKey(look: LogLook): string {
  const { width, isWrapped, time, nameWidth, services, vendors, theme } = look;
  return `${width} ${isWrapped} ${time} ${nameWidth} ${theme.hasColor} ${theme.names[0]?.color} ${services.join(" ")} ${[...vendors].join(" ")}`;
}
