import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import type { GridRow } from "../../state/grid-rows.ts";
import { gridSortLabels } from "../../state/grid-state.ts";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { type Column, Table } from "../../widgets/table/Table.tsx";
import { gridColumnSizes } from "./grid-columns.ts";
import { groupSpans } from "./group-spans.ts";
import { serviceColumns } from "./service-columns.ts";

/** The live grid: one row for each service, under headers where profiles are groups. */
export function ServicesPane({ frame }: { frame: Frame }): ReactNode {
  const { grid, layout, theme, ui } = frame;
  const { width, height } = layout.services;
  if (height <= 0) return null;
  const marked = new Set(ui.grid.marked);
  return (
    <Panel
      title={titleOf(frame)}
      note={noteOf(frame)}
      width={width}
      height={height}
      isFocused={ui.focus === "services" && (frame.vendors?.selected ?? -1) === -1}
      theme={theme}
    >
      <Table
        rows={grid.rows}
        columns={columnsOf(frame)}
        selected={grid.selected}
        first={grid.first}
        width={width - panelEdges}
        height={height - panelEdges}
        theme={theme}
        heading={(row) => (row.kind === "group" ? groupSpans(row, theme) : null)}
        isMarked={(row) =>
          row.kind === "group" ? row.names.every((name) => marked.has(name)) : marked.has(row.service.name)
        }
      />
    </Panel>
  );
}

function columnsOf({ grid, layout, now, theme, ui }: Frame): Column<GridRow>[] {
  const { name, port, hasRerun } = grid.content;
  const room = layout.services.width - panelEdges;
  const sizes = gridColumnSizes({ room, name, port, hasUsage: ui.grid.hasUsage, hasRerun });
  const looks = serviceColumns(theme, now, grid.usage, grid.widths.get("spark") ?? 0);
  return sizes.map(({ wanted, ...size }) => {
    const { title, align, cell } = looks[size.id];
    return {
      ...size,
      title,
      align,
      width: wanted,
      cell: (row) => (row.kind === "service" ? cell(row.service) : nothing),
    };
  });
}

const nothing = { text: "" };

/** What the rows are sorted and filtered by. */
function titleOf({ theme, ui }: Frame): string {
  const { filter, sort } = ui.grid;
  const parts = ["Services", gridSortLabels[sort], ...(filter === "" ? [] : [`/${filter}`])];
  return parts.join(` ${theme.glyphs.dot} `);
}

/** How many match, or where in a list that is longer than the pane the selection stands; how many are marked. */
function noteOf({ grid, layout, ui }: Frame): string {
  const isScrolled = grid.rows.length > layout.services.height - panelEdges - 1;
  const place =
    ui.grid.filter !== ""
      ? `${grid.matching} of ${grid.total}`
      : isScrolled && grid.selected !== -1
        ? `${grid.selected + 1}/${grid.rows.length}`
        : "";
  const marks = ui.grid.marked.length === 0 ? "" : `${ui.grid.marked.length} marked`;
  return [marks, place].filter((part) => part !== "").join(", ");
}
