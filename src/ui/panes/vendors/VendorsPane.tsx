import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { Table } from "../../widgets/table/Table.tsx";
import { vendorColumns } from "./vendor-columns.ts";

/** The backing services. Takes no room where the fleet has none. */
export function VendorsPane({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, now, theme } = frame;
  const vendors = fleet.snapshot?.vendors ?? [];
  const { width, height, isBeside } = layout.vendors;
  if (height <= 0) return null;
  const room = height - panelEdges - (isBeside ? 1 : 0);
  const hidden = Math.max(0, vendors.length - room);
  const notes = [
    vendors.some((v) => !v.supported) ? "not run by this version yet" : "",
    hidden > 0 ? `${hidden} more` : "",
  ];
  // Stacked, the title row is the first that is left out: what the columns are is plain from the services above.
  return (
    <Panel
      title="Vendors"
      note={notes.filter((note) => note !== "").join(", ")}
      width={width}
      height={height}
      isFocused={false}
      theme={theme}
    >
      <Table
        rows={vendors}
        columns={vendorColumns(theme, now, width - panelEdges)}
        selected={-1}
        width={width - panelEdges}
        height={height - panelEdges}
        theme={theme}
        hasTitles={isBeside}
        hasCursor={false}
      />
    </Panel>
  );
}
