import type { ReactNode } from "react";
import { vendorsOf } from "../../../model/snapshot.ts";
import type { Frame } from "../../frame.ts";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { Table } from "../../widgets/table/Table.tsx";
import { vendorColumns } from "./vendor-columns.ts";

/** The backing services. Takes no room where the fleet has none, or where they stand among the services. */
export function VendorsPane({ frame }: { frame: Frame }): ReactNode {
  const { grid, layout, now, theme, ui, vendors } = frame;
  if (vendors === null) return null;
  const { width, height, hasTitles } = layout.vendors;
  const marked = new Set(ui.grid.marked);
  const look = { theme, now, usage: grid.usage, room: width - panelEdges, hasTitles };
  return (
    <Panel
      title="Vendors"
      note={noteOf(frame)}
      width={width}
      height={height}
      isFocused={ui.focus === "services" && vendors.selected !== -1}
      theme={theme}
    >
      <Table
        rows={vendors.rows}
        columns={vendorColumns(vendors.sizes, { ...look, imageWidth: vendors.imageWidth })}
        selected={vendors.selected}
        first={vendors.first}
        width={width - panelEdges}
        height={height - panelEdges}
        theme={theme}
        hasTitles={hasTitles}
        isMarked={({ name }) => marked.has(name)}
      />
    </Panel>
  );
}

/** How many match, how many there is no room for, or where among them the selection stands. */
function noteOf({ fleet, grid, ui, vendors }: Frame): string {
  if (vendors === null) return "";
  const { rows, selected, height } = vendors;
  const hidden = rows.length - height;
  const total = fleet.snapshot === null ? 0 : vendorsOf(fleet.snapshot).length;
  if (ui.grid.filter !== "") return `${grid.matchingVendors} of ${total}`;
  if (hidden <= 0) return "";
  return selected === -1 ? `${hidden} more` : `${selected + 1}/${rows.length}`;
}
