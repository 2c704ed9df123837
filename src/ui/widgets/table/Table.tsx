import { Box } from "ink";
import type { ReactNode } from "react";
import { displayWidth, fit } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { Line } from "../line/Line.tsx";
import { fitColumns } from "./fit-columns.ts";
import { firstVisibleRow } from "./visible-rows.ts";

/** One column of a table of `Row`s. */
export interface Column<Row> {
  id: string;
  title: string;
  align: "left" | "right";
  /** 1 is the last to be dropped where there is no room. */
  rank: number;
  min: number;
  /** What it asks for; null: as wide as its widest cell. Fixed widths keep what changes every second from moving its neighbours. */
  width: number | null;
  grows?: boolean;
  /** Blanks before it, where it is not the first; 2 unless given, 1 in a narrow table. */
  gap?: number;
  cell(row: Row): Span;
}

interface TableProps<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey(row: Row): string;
  /** Index of the selected row, -1 for none. */
  selected: number;
  width: number;
  /** The row of titles included. */
  height: number;
  theme: Theme;
  /** False leaves the row of titles out. */
  hasTitles?: boolean;
}

/** Below this every column counts. */
const narrowBelow = 90;

/** Rows of cells under titles. Scrolls so that the selected row is seen; draws what is visible only. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { rows, columns, selected, theme } = props;
  const marginWidth = 2;
  const defaultGap = props.width < narrowBelow ? 1 : 2;
  const widths = fitColumns(
    columns.map((column) => {
      const content = column.width ?? Math.max(...rows.map((row) => displayWidth(column.cell(row).text)), 0);
      const wanted = Math.max(content, displayWidth(column.title), column.min);
      return { ...column, gap: column.gap ?? defaultGap, wanted };
    }),
    props.width - marginWidth,
  );
  const shown = columns.filter((c) => widths.has(c.id));
  const rowOf = (cell: (column: Column<Row>) => Span): Span[] =>
    shown.flatMap((column, index) => {
      const span = cell(column);
      const text = fit(span.text, widths.get(column.id) ?? 0, column.align, theme.glyphs.ellipsis);
      return [{ text: " ".repeat(index === 0 ? 0 : (column.gap ?? defaultGap)) }, { ...span, text }];
    });

  const { hasTitles = true } = props;
  const height = Math.max(0, props.height - (hasTitles ? 1 : 0));
  const first = firstVisibleRow(rows.length, selected, height);
  return (
    <Box flexDirection="column">
      {hasTitles ? (
        <Line
          width={props.width}
          theme={theme}
          spans={[{ text: "  " }, ...rowOf((column) => ({ text: column.title, style: theme.role.muted }))]}
        />
      ) : null}
      {rows.slice(first, first + height).map((row, index) => {
        const isSelected = first + index === selected;
        const spans = rowOf((column) => column.cell(row));
        return (
          <Line
            key={props.rowKey(row)}
            width={props.width}
            theme={theme}
            spans={[
              { text: isSelected ? `${theme.glyphs.cursor} ` : "  ", style: theme.role.cursor },
              ...(isSelected ? spans.map((s) => ({ ...s, style: { ...s.style, isBold: true, isDim: false } })) : spans),
            ]}
          />
        );
      })}
    </Box>
  );
}
