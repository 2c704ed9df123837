import type { ReactNode } from "react";
import { describeCause } from "../../../model/cause.ts";
import { isAlive } from "../../../model/replica.ts";
import type { VendorSnapshot } from "../../../model/vendor.ts";
import type { Frame } from "../../frame.ts";
import { cleanText } from "../../text/clean-text.ts";
import { elapsed, remaining } from "../../text/elapsed.ts";
import type { Theme } from "../../theme/theme.ts";
import { Panel, panelEdges } from "../../widgets/panel/Panel.tsx";
import { type Column, Table } from "../../widgets/table/Table.tsx";

/** The backing services. Takes no room where the fleet has none. */
export function VendorsPane({ frame }: { frame: Frame }): ReactNode {
  const { fleet, layout, now, theme } = frame;
  const vendors = fleet.snapshot?.vendors ?? [];
  const { width, height, isBeside } = layout.vendors;
  if (height <= 0) return null;
  // Stacked, the title row is the first that is left out: what the columns are is plain from the services above.
  return (
    <Panel
      title="Vendors"
      note={vendors.some((v) => !v.supported) ? "not run by this version yet" : ""}
      width={width}
      height={height}
      isFocused={false}
      theme={theme}
    >
      <Table
        rows={vendors}
        columns={vendorColumns(theme, now)}
        rowKey={(vendor) => vendor.id}
        selected={-1}
        width={width - panelEdges}
        height={height - panelEdges}
        theme={theme}
        hasTitles={isBeside}
      />
    </Panel>
  );
}

function vendorColumns({ glyphs, phase, role }: Theme, now: number): Column<VendorSnapshot>[] {
  return [
    {
      id: "glyph",
      title: "",
      align: "left",
      rank: 1,
      min: 1,
      width: 1,
      cell: ({ state }) => ({ text: glyphs.phase[state.phase], style: phase[state.phase] }),
    },
    {
      id: "name",
      title: "NAME",
      align: "left",
      rank: 2,
      min: 8,
      width: null,
      gap: 1,
      cell: ({ name, supported }) => ({ text: name, style: supported ? role.plain : role.muted }),
    },
    {
      id: "state",
      title: "STATE",
      align: "left",
      rank: 3,
      min: 8,
      width: 11,
      cell: ({ state, supported }) => ({
        text: supported ? stateText(state, now) : "not run",
        style: phase[state.phase],
      }),
    },
    {
      id: "port",
      title: "PORT",
      align: "left",
      rank: 4,
      min: 5,
      width: null,
      cell: ({ ports }) => ({ text: Object.values(ports).join(" ") || glyphs.none }),
    },
    {
      id: "image",
      title: "IMAGE",
      align: "left",
      rank: 5,
      min: 8,
      width: null,
      grows: true,
      cell: ({ image }) => ({ text: image, style: role.muted }),
    },
    {
      id: "up",
      title: "UP",
      align: "right",
      rank: 6,
      min: 5,
      width: 6,
      cell: ({ since, state }) => ({
        text: isAlive(state.phase) ? elapsed(since, now) : glyphs.none,
        style: role.muted,
      }),
    },
    {
      id: "last",
      title: "LAST",
      align: "left",
      rank: 7,
      min: 10,
      width: null,
      cell: ({ cause }) => ({ text: cleanText(describeCause(cause)), style: role.muted }),
    },
  ];
}

function stateText(state: VendorSnapshot["state"], now: number): string {
  return state.phase === "backoff" ? `backoff ${remaining(state.retryAt, now)}` : state.phase;
}
