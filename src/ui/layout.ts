import type { PaneId } from "./state/ui-state.ts";

/** Rows and columns of the screen's parts; a part with no rows is not drawn. All rows together are exactly the screen's. */
export interface Layout {
  isTooSmall: boolean;
  columns: number;
  rows: number;
  banner: number;
  services: { width: number; height: number };
  /** Without rows of its own, the vendors stand at the end of the services, so that they can be reached on any screen. */
  vendors: { width: number; height: number; isBeside: boolean; hasTitles: boolean };
  selection: number;
  /** Between the panes: why the selected service is not built. */
  card: number;
  logs: number;
}

export interface LayoutNeeds {
  services: number;
  vendors: number;
  /** Rows of banners below the header. */
  banner: number;
  /** Rows of what stands between the panes, edges included; it gets them only where the log keeps as many. */
  card?: number;
  /** The pane that has the screen for itself. */
  zoomed: PaneId | null;
}

export const minColumns = 40;
export const minRows = 10;

/** From here on there is room for the vendors at the right of the services. */
const besideColumns = 110;
/** With fewer rows than this for both, they share a pane unless all of them have room in two: edges are no use to anybody. */
const stackedRows = 14;
const frameRows = 2;
const titleRow = 1;
/** Edges, a row of what is wrong, and one that says that there is more. */
const leastCard = 4;

/** Divides the screen. Header and footer take a row each. */
export function layoutFor(columns: number, rows: number, needs: LayoutNeeds): Layout {
  const { banner } = needs;
  const body = Math.max(0, rows - 2 - banner);
  const none = { width: columns, height: 0 };
  const layout: Layout = {
    isTooSmall: columns < minColumns || rows < minRows,
    columns,
    rows,
    banner,
    services: none,
    vendors: { ...none, isBeside: false, hasTitles: false },
    selection: 0,
    card: 0,
    logs: 0,
  };
  if (needs.zoomed === "logs") return { ...layout, logs: body };

  const isBeside = needs.vendors > 0 && needs.services > 0 && columns >= besideColumns;
  const vendorsWidth = isBeside ? Math.max(36, Math.floor(columns * 0.38)) : columns;
  const servicesWidth = isBeside ? columns - vendorsWidth : columns;
  if (needs.zoomed === "services") {
    return { ...layout, selection: 1, services: { width: columns, height: body - 1 } };
  }

  // The log gets at least half of what there is, as long as the panes above keep a row of content.
  const top = Math.max(Math.floor((body - 1) / 2), 4);
  const panes = (services: number, vendors: number, hasTitles: boolean): Layout => ({
    ...layout,
    services: { width: servicesWidth, height: services },
    vendors: { width: vendorsWidth, height: vendors, isBeside, hasTitles },
    selection: 1,
    ...cardAndLogs(
      Math.max(0, body - 1 - (isBeside ? Math.max(services, vendors) : services + vendors)),
      needs.card ?? 0,
    ),
  });
  const servicesRows = needs.services + frameRows + titleRow;
  const vendorsRows = needs.vendors + frameRows;
  if (isBeside) {
    const height = Math.min(Math.max(servicesRows, vendorsRows + titleRow), top);
    return panes(height, height, true);
  }
  if (needs.services === 0 && needs.vendors > 0) return panes(0, Math.min(vendorsRows + titleRow, top), true);
  if (isStacked(servicesRows, needs.vendors === 0 ? 0 : vendorsRows, top)) {
    const left = top - servicesRows;
    const vendors = Math.min(vendorsRows + (left > vendorsRows ? titleRow : 0), Math.max(Math.floor(top / 3), left));
    // Where there is little room the row of titles goes first: what the columns are is plain from the services above.
    return panes(Math.min(servicesRows, top - vendors), vendors, vendors > vendorsRows);
  }
  return panes(Math.min(servicesRows + needs.vendors, top), 0, false);
}

function isStacked(servicesRows: number, vendorsRows: number, top: number): boolean {
  return vendorsRows > 0 && (servicesRows + vendorsRows <= top || top >= stackedRows);
}

function cardAndLogs(rows: number, wanted: number): { card: number; logs: number } {
  const card = Math.min(wanted, Math.floor(rows / 2));
  return card < Math.min(wanted, leastCard) || card === 0 ? { card: 0, logs: rows } : { card, logs: rows - card };
}
