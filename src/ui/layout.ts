import type { PaneId } from "./state/ui-state.ts";

/** Rows and columns of the screen's parts; a part with no rows is not drawn. All rows together are exactly the screen's. */
export interface Layout {
  isTooSmall: boolean;
  columns: number;
  rows: number;
  banner: number;
  services: { width: number; height: number };
  vendors: { width: number; height: number; isBeside: boolean };
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
/** With less than this below the header, the vendors are left out: the header counts them. */
const stackedRows = 12;
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
    vendors: { ...none, isBeside: false },
    selection: 0,
    card: 0,
    logs: 0,
  };
  if (needs.zoomed === "logs") return { ...layout, logs: body };

  const isBeside = needs.vendors > 0 && columns >= besideColumns;
  const hasVendors = isBeside || (needs.vendors > 0 && body >= stackedRows);
  const vendorsWidth = isBeside ? Math.max(36, Math.floor(columns * 0.38)) : columns;
  const servicesWidth = isBeside ? columns - vendorsWidth : columns;
  if (needs.zoomed === "services") return { ...layout, selection: 1, services: { width: columns, height: body - 1 } };

  const servicesRows = needs.services + frameRows + titleRow;
  const vendorsRows = hasVendors ? needs.vendors + frameRows + (isBeside ? titleRow : 0) : 0;
  // The log gets at least half of what there is, as long as the panes above keep a row of content each.
  const top = Math.max(Math.floor((body - 1) / 2), 4 + (hasVendors && !isBeside ? 3 : 0));
  if (isBeside) {
    const height = Math.min(Math.max(servicesRows, vendorsRows), top);
    return {
      ...layout,
      services: { width: servicesWidth, height },
      vendors: { width: vendorsWidth, height, isBeside },
      selection: 1,
      ...cardAndLogs(body - 1 - height, needs.card ?? 0),
    };
  }
  const vendorsHeight = hasVendors ? Math.min(vendorsRows, Math.max(3, Math.floor(top / 3))) : 0;
  const servicesHeight = Math.min(servicesRows, top - vendorsHeight);
  return {
    ...layout,
    services: { width: columns, height: servicesHeight },
    vendors: { width: columns, height: vendorsHeight, isBeside: false },
    selection: 1,
    ...cardAndLogs(Math.max(0, body - 1 - servicesHeight - vendorsHeight), needs.card ?? 0),
  };
}

function cardAndLogs(rows: number, wanted: number): { card: number; logs: number } {
  const card = Math.min(wanted, Math.floor(rows / 2));
  return card < Math.min(wanted, leastCard) || card === 0 ? { card: 0, logs: rows } : { card, logs: rows - card };
}
