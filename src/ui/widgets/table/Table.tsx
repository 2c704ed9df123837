import type { ReactNode } from "react";
import { displayWidth, fit } from "../../text/display-width.ts";
import { styled } from "../../theme/sgr.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import { cutSpans } from "../line/fit-spans.ts";
import { joinSpans } from "../line/join-spans.ts";
import { LogViewport } from "../log-viewport/LogViewport.tsx";
import { fitColumns } from "./fit-columns.ts";
import { cellMargin, gapFor } from "./table-room.ts";
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
  /** Text from outside has to be clean: rows go to the screen as they are. */
  cell(row: Row): Cell;
}

/** What stands in a cell. One that takes the rest has the room of all columns after its own, whose cells are left out. */
export type Cell = Span & { takesRest?: boolean };

interface TableProps<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Index of the selected row, -1 for none. */
  selected: number;
  width: number;
  /** The first row that is seen; so that the selected one is in the middle, unless given. */
  first?: number;
  /** The row of titles included. */
  height: number;
  theme: Theme;
  /** False leaves the row of titles out. */
  hasTitles?: boolean;
  /** A row that is one piece instead of cells; null for all others. */
  heading?(row: Row): Span[] | null;
  isMarked?(row: Row): boolean;
  /** False where no row can be selected: the room of the cursor goes to the cells. */
  hasCursor?: boolean;
}

/** Rows of cells under titles. Scrolls so that the selected row is seen; asks for the cells of what is visible only, where widths are given. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { rows, columns, selected, theme, width, hasTitles = true, hasCursor = true } = props;
  const marginWidth = hasCursor ? cellMargin : 1;
  const { role, glyphs } = theme;
  const gap = gapFor(width);
  const widths = fitColumns(
    columns.map((column) => {
      const content = column.width ?? Math.max(...rows.map((row) => displayWidth(column.cell(row).text)), 0);
      const wanted = Math.max(content, displayWidth(column.title), column.min);
      return { ...column, gap: column.gap ?? gap, wanted };
    }),
    width - marginWidth,
  );
  const shown = columns.filter((c) => widths.has(c.id));
  const blanksBefore = (index: number) => (index === 0 ? 0 : (shown[index]?.gap ?? gap));
  const cells = (cell: (column: Column<Row>) => Cell): Span[] => {
    const spans: Span[] = [];
    for (const [index, column] of shown.entries()) {
      const { takesRest = false, ...span } = cell(column);
      const rest = takesRest ? shown.slice(index + 1) : [];
      const room = rest.reduce(
        (sum, next, at) => sum + blanksBefore(index + 1 + at) + (widths.get(next.id) ?? 0),
        widths.get(column.id) ?? 0,
      );
      const text = fit(span.text, room, column.align, glyphs.ellipsis);
      spans.push({ ...span, text: " ".repeat(blanksBefore(index)) + text });
      if (takesRest) break;
    }
    return joinSpans(spans);
  };
  const margin = (row: Row, isSelected: boolean): Span[] =>
    hasCursor
      ? [
          { text: isSelected ? glyphs.cursor : " ", style: role.cursor },
          { text: props.isMarked?.(row) === true ? glyphs.marked : " ", style: role.key },
        ]
      : [{ text: " " }];

  const height = Math.max(0, props.height - (hasTitles ? 1 : 0));
  const first = props.first ?? firstVisibleRow(rows.length, selected, height);
  const titles: Span[] = [
    { text: " ".repeat(marginWidth) },
    ...cells((column) => ({ text: column.title, style: role.muted })),
  ];
  const lines = rows.slice(first, first + height).map((row, index) => {
    const isSelected = first + index === selected;
    const spans = props.heading?.(row) ?? cells((column) => column.cell(row));
    return [...margin(row, isSelected), ...(isSelected ? spans.map(standOut) : spans)];
  });
  const all = hasTitles ? [titles, ...lines] : lines;
  return <LogViewport rows={all.map((spans) => rowText(spans, width, theme))} height={props.height} />;
}

/** A row as one string: a text of its own for each cell costs Ink twice as much. */
function rowText(spans: readonly Span[], width: number, { glyphs, spell }: Theme): string {
  return cutSpans(spans, width, glyphs.ellipsis)
    .map(({ text, style = {} }) => styled(spell(text), style))
    .join("");
}

function standOut(span: Span): Span {
  return { ...span, style: { ...span.style, isBold: true, isDim: false } };
}
