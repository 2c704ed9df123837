import { Box } from "ink";
import type { ReactNode } from "react";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { Line } from "./Line.tsx";

interface LinesProps {
  rows: readonly (readonly Span[])[];
  width: number;
  theme: Theme;
}

/** Rows of text, one below the other. */
export function Lines({ rows, width, theme }: LinesProps): ReactNode {
  return (
    <Box flexDirection="column">
      {rows.map((spans, index) => (
        <Line key={keyOf(index)} width={width} theme={theme} spans={spans} />
      ))}
    </Box>
  );
}

/** Such rows have no identity of their own: the n-th row is the n-th row. */
function keyOf(index: number): string {
  return `r${index}`;
}
