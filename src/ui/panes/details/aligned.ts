import { displayWidth, fit } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";

/** Rows of cells as a small table: each column but the last is as wide as its widest cell, at most its limit. */
export function aligned(rows: readonly (readonly Span[])[], limits: readonly number[], ellipsis: string): Span[][] {
  const widths = limits.map((limit, column) =>
    Math.min(limit, Math.max(0, ...rows.map((row) => displayWidth(row[column]?.text ?? "")))),
  );
  return rows.map((row) =>
    row.map((cell, column): Span => {
      const width = widths[column];
      return width === undefined ? cell : { ...cell, text: `${fit(cell.text, width, "left", ellipsis)}  ` };
    }),
  );
}
