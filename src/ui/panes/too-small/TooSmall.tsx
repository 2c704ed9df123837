import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { minColumns, minRows } from "../../layout.ts";

/** One row, where there is room for no more. */
export function TooSmall({ columns, rows }: { columns: number; rows: number }): ReactNode {
  return (
    <Box width={columns} height={rows}>
      <Text wrap="truncate">{`Too small: ${columns}x${rows}, needs ${minColumns}x${minRows}`}</Text>
    </Box>
  );
}
