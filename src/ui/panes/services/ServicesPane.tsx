import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { Table } from "../../widgets/table/Table.tsx";
import { serviceColumns } from "./service-columns.ts";
import { serviceRow } from "./service-row.ts";

/** The live grid: one row for each service. */
export function ServicesPane({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, now, theme, ui } = frame;
  const services = fleet.snapshot?.services ?? [];
  const { width, height } = layout.services;
  if (height <= 0) return null;
  const visibleRows = height - panelEdges - 1;
  const selected = services.findIndex((s) => s.name === ui.selected);
  return (
    <Panel
      title="Services"
      note={services.length > visibleRows ? `${selected + 1}/${services.length}` : ""}
      width={width}
      height={height}
      isFocused={ui.focus === "services"}
      theme={theme}
    >
      <Table
        rows={services.map((s) => serviceRow(s, now, theme))}
        columns={serviceColumns(
          theme,
          services.some((s) => s.build.status !== "none"),
        )}
        rowKey={(row) => row.service.name}
        selected={selected}
        width={width - panelEdges}
        height={height - panelEdges}
        theme={theme}
      />
    </Panel>
  );
}
