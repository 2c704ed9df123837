import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { type Details, detailsName } from "../../state/details.ts";
import { Lines } from "../../widgets/line/Lines.tsx";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";

/** All about one unit, in the place of the panes. */
export function DetailsPane({ frame, details }: { frame: Frame; details: Details }): ReactNode {
  const { fleet, layout, theme } = frame;
  const { rows, height, lastTop } = frame.details ?? { rows: [], height: 0, lastTop: 0 };
  const top = Math.min(details.top, lastTop);
  const replicas = fleet.snapshot?.services.find((s) => s.name === details.service)?.replicas ?? [];
  const place = replicas.findIndex((r) => r.index === details.index) + 1;
  const position = rows.length > height ? `${top + 1}-${Math.min(rows.length, top + height)} of ${rows.length}` : "";
  const replica = replicas.length > 1 ? `replica ${place} of ${replicas.length}` : "";
  return (
    <Panel
      title={`Details: ${detailsName(details, fleet.snapshot)}`}
      note={[replica, position].filter(Boolean).join("  ")}
      width={layout.columns}
      height={height + panelEdges}
      isFocused
      theme={theme}
    >
      <Lines rows={rows.slice(top, top + height)} width={layout.columns - panelEdges} theme={theme} />
    </Panel>
  );
}
