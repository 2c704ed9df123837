import { Box } from "ink";
import type { ReactNode } from "react";
import { displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { cutSpans, fillSpans, spansWidth } from "../line/fit-spans.ts";
import { Lines } from "../line/Lines.tsx";
import { Panel, panelEdges } from "../panel/Panel.tsx";

interface OverlayProps {
  title: string;
  lines: readonly (readonly Span[])[];
  /** The whole screen, in which the box is centred. */
  columns: number;
  rows: number;
  theme: Theme;
}

/** A framed box above everything else, as large as its lines. Every cell of it is written, so nothing shines through. */
export function Overlay({ title, lines, columns, rows, theme }: OverlayProps): ReactNode {
  const content = Math.max(displayWidth(title) + 4, ...lines.map(spansWidth));
  const width = Math.min(columns, content + panelEdges + 4);
  const height = Math.min(rows, lines.length + panelEdges + 2);
  const inner = width - panelEdges;
  const { ellipsis } = theme.glyphs;
  const room = Math.max(0, height - panelEdges);
  // Short of room, the blank rows go first, and then what stands in the middle: the last lines say how to answer.
  const padded = room >= lines.length + 2 ? [[], ...lines, []] : lines.slice(Math.max(0, lines.length - room));
  return (
    <Box position="absolute" marginTop={Math.floor((rows - height) / 2)} marginLeft={Math.floor((columns - width) / 2)}>
      <Panel title={title} width={width} height={height} isFocused theme={theme}>
        <Lines
          rows={padded.map((spans) =>
            fillSpans([{ text: "  " }, ...cutSpans(spans, inner - 4, ellipsis)], inner, ellipsis),
          )}
          width={inner}
          theme={theme}
        />
      </Panel>
    </Box>
  );
}
