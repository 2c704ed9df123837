import type { ReactNode } from "react";
import { displayWidth } from "../../text/display-width.ts";
import type { Theme } from "../../theme/theme.ts";
import { cutSpans, spansWidth } from "../line/fit-spans.ts";
import { Line } from "../line/Line.tsx";
import type { LineEdit } from "./line-edit.ts";
import { lineEditSpans } from "./line-edit-spans.ts";

interface PromptLineProps {
  /** `/`, `filter: `. */
  label: string;
  line: LineEdit;
  /** At the right end: what is wrong with what was typed, or what it comes to. */
  note?: string;
  isBad?: boolean;
  width: number;
  theme: Theme;
}

/** One row that asks for a text. */
export function PromptLine({ label, line, note = "", isBad = false, width, theme }: PromptLineProps): ReactNode {
  const { role, glyphs } = theme;
  const right =
    note === ""
      ? []
      : cutSpans(
          [{ text: ` ${note} `, style: isBad ? role.bad : role.muted }],
          Math.floor(width / 2) - 1,
          glyphs.ellipsis,
        );
  const room = width - displayWidth(label) - 2 - spansWidth(right);
  return (
    <Line
      width={width}
      theme={theme}
      spans={[{ text: ` ${label}`, style: role.key }, ...lineEditSpans(line, room, role.strong)]}
      right={right}
    />
  );
}
