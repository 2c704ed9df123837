import { Box, Text } from "ink";
import type { ReactNode } from "react";

/** Lines for a screen that is read aloud: nothing but text, from top to bottom. */
export function ReadAloud({ lines }: { lines: readonly string[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        <Text key={keyOf(index)}>{line}</Text>
      ))}
    </Box>
  );
}

/** Such lines have no identity of their own: the n-th line is the n-th line. */
function keyOf(index: number): string {
  return `l${index}`;
}
