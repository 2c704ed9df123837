import { Box } from "ink";
import type { ReactNode } from "react";
import { displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { cutSpans } from "../line/fit-spans.ts";
import { Line } from "../line/Line.tsx";

interface PanelProps {
  title: string;
  /** At the right end of the top edge. */
  note?: string;
  width: number;
  height: number;
  isFocused: boolean;
  theme: Theme;
  children: ReactNode;
}

/** Room that a panel's edges take, in each direction. */
export const panelEdges = 2;

/** A box with its title in the top edge. Its content is `width - 2` columns and `height - 2` rows. */
export function Panel({ title, note = "", width, height, isFocused, theme, children }: PanelProps): ReactNode {
  const { box, ellipsis } = theme.glyphs;
  const edge = isFocused ? theme.role.focusedEdge : theme.role.edge;
  const noteSpan: Span[] = note === "" ? [] : [{ text: ` ${note} `, style: theme.role.muted }];
  const inner = Math.max(0, width - 4 - displayWidth(noteSpan[0]?.text ?? ""));
  const titleSpans = cutSpans(
    [{ text: ` ${title} `, style: isFocused ? theme.role.strong : theme.role.muted }],
    inner,
    ellipsis,
  );
  const rule = box.horizontal.repeat(Math.max(0, inner - titleSpans.reduce((sum, s) => sum + displayWidth(s.text), 0)));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        width={width}
        theme={theme}
        spans={[
          { text: box.topLeft + box.horizontal, style: edge },
          ...titleSpans,
          { text: rule, style: edge },
          ...noteSpan,
          { text: box.horizontal + box.topRight, style: edge },
        ]}
      />
      <Box
        flexDirection="column"
        width={width}
        height={height - 1}
        borderTop={false}
        borderStyle={{
          topLeft: box.topLeft,
          top: box.horizontal,
          topRight: box.topRight,
          left: box.vertical,
          bottomLeft: box.bottomLeft,
          bottom: box.horizontal,
          bottomRight: box.bottomRight,
          right: box.vertical,
        }}
        {...(edge.color === undefined ? {} : { borderColor: edge.color })}
        borderDimColor={edge.isDim === true}
      >
        {children}
      </Box>
    </Box>
  );
}
