import { Text } from "ink";
import type { ReactNode } from "react";
import { hyperlink } from "../../theme/hyperlink.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { leftAndRight } from "./fit-spans.ts";

interface LineProps {
  spans: readonly Span[];
  /** Kept at the right end of the row. */
  right?: readonly Span[];
  /** One column of what is between the two; blanks unless given. */
  filler?: Span;
  width: number;
  theme: Theme;
}

/** One row of the screen. It always fits, so Ink has nothing to wrap or truncate. */
export function Line({ spans, right = [], filler, width, theme }: LineProps): ReactNode {
  const shown = leftAndRight(spans, right, width, theme.glyphs.ellipsis, filler);
  if (shown.length === 0) return <Text> </Text>;
  return (
    <Text>
      {shown.map(({ text, style = {}, link }, index) => (
        <Text
          key={keyOf(index)}
          {...(style.color === undefined ? {} : { color: style.color })}
          bold={style.isBold === true}
          dimColor={style.isDim === true}
          inverse={style.isInverse === true}
        >
          {link !== undefined && theme.hasLinks ? hyperlink(theme.spell(text), link) : theme.spell(text)}
        </Text>
      ))}
    </Text>
  );
}

/** Spans have no identity of their own: a row is drawn as a whole, and its n-th piece is the n-th piece. */
function keyOf(index: number): string {
  return `s${index}`;
}
