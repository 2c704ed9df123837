import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import { matchingServices } from "../../state/grid-filter.ts";
import type { UsageRanks } from "../../state/grid-order.ts";
import { type GridRow, gridRows, isVendorRow, profiles, selectedRow } from "../../state/grid-rows.ts";
import { followingOf } from "../../state/rerun-status.ts";
import type { UiState } from "../../state/ui-state.ts";
import type { ServiceUsages } from "../../store/usage-store.ts";
import { displayWidth } from "../../text/display-width.ts";
import { panelEdges } from "../../widgets/panel/Panel.tsx";
import { fitColumns } from "../../widgets/table/fit-columns.ts";
import { cellMargin, gapFor } from "../../widgets/table/table-room.ts";
import { keptFirstRow } from "../../widgets/table/visible-rows.ts";
import { gridColumnSizes } from "./grid-columns.ts";
import { portText } from "./service-texts.ts";

/** The grid of one frame: its rows in order, and the columns that there is room for. */
export interface GridFrame {
  /** The vendors are the last of them where they have no pane of their own. */
  rows: readonly GridRow[];
  /** The vendors that are shown in a pane of their own. */
  vendors: readonly ServiceSnapshot[];
  /** Services that match the filter, of how many; vendors among them where they have no pane of their own. */
  matching: number;
  total: number;
  /** Vendors in a pane of their own that match the filter. */
  matchingVendors: number;
  /** Index of the selected row, -1 for none. */
  selected: number;
  /** The first row that is seen. */
  first: number;
  /** Widths of the columns that are shown, by id. */
  widths: ReadonlyMap<string, number>;
  usage: ServiceUsages;
  /** CPU or memory is on the screen, or decides about the order. */
  needsUsage: boolean;
  content: ContentWidths;
}

/** How wide what does not change every second is. */
interface ContentWidths {
  /** A service has been added, or the screen is another: widths may shrink. */
  key: string;
  services: readonly ServiceSnapshot[];
  name: number;
  port: number;
  hasRerun: boolean;
}

interface GridParts {
  ui: UiState;
  /** Vendors too. */
  services: readonly ServiceSnapshot[];
  /** The vendors have no pane of their own. */
  hasVendors: boolean;
  usage: ServiceUsages;
  ranks: UsageRanks;
  /** Of the pane, edges included. */
  width: number;
  height: number;
  /** The frame before, whose widths are kept where content only became narrower. */
  previous: GridFrame | null;
}

/** Works the grid out. Pure. */
export function gridFrame({ ui, services, hasVendors, usage, ranks, width, height, previous }: GridParts): GridFrame {
  const { grid } = ui;
  const all = gridRows(services, grid, grid.header === null ? ui.selected : null, ranks);
  const rows = hasVendors ? all : all.filter((row) => !isVendorRow(row));
  const selected = selectedRow(rows, grid, ui.selected);
  const content = contentWidths(services, hasVendors, width, previous?.content ?? null);
  const matching = matchingServices(services, grid.filter);
  const isHere = (service: ServiceSnapshot) => hasVendors || service.vendor === undefined;
  const room = Math.max(0, width - panelEdges);
  const sizes = gridColumnSizes({
    room,
    name: content.name,
    port: content.port,
    hasUsage: grid.hasUsage,
    hasRerun: content.hasRerun,
  });
  const gap = gapFor(room);
  const widths = fitColumns(
    sizes.map((size) => ({ ...size, gap: size.gap ?? gap })),
    room - cellMargin,
  );
  const isSortedByUsage = grid.sort === "cpu" || grid.sort === "memory";
  const isDrawn = height > panelEdges && services.length > 0;
  return {
    rows,
    vendors: hasVendors ? [] : all.flatMap((row) => (row.kind === "service" && isVendorRow(row) ? [row.service] : [])),
    matching: matching.filter(isHere).length,
    matchingVendors: matching.filter((s) => !isHere(s)).length,
    total: services.filter(isHere).length,
    selected,
    first: keptFirstRow(rows.length, selected, Math.max(0, height - panelEdges - 1), previous?.first ?? 0),
    widths,
    usage,
    needsUsage: grid.hasUsage && isDrawn && (isSortedByUsage || widths.has("cpu") || widths.has("memory")),
    content,
  };
}

/** Rows that the services ask for. The same however much of it is folded or filtered out, so that the panes below stay where they are. */
export function gridHeight({ grid }: UiState, services: readonly ServiceSnapshot[]): number {
  return services.filter((s) => s.vendor === undefined).length + (grid.isGrouped ? profiles(services).length : 0);
}

function contentWidths(
  services: readonly ServiceSnapshot[],
  hasVendors: boolean,
  width: number,
  previous: ContentWidths | null,
): ContentWidths {
  const key = `${width} ${services.length} ${hasVendors}`;
  const before = previous?.key === key ? previous : null;
  if (before?.services === services) return before;
  const shown = hasVendors ? services : services.filter((s) => s.vendor === undefined);
  return {
    key,
    services,
    name: Math.max(0, ...shown.map((s) => displayWidth(s.name))),
    hasRerun: shown.some((s) => followingOf(s) !== null),
    port: Math.max(before?.port ?? 0, ...shown.map((s) => portText(s, "").length)),
  };
}
