import { hasErrors } from "../model/diagnostic.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
import { type Layout, layoutFor } from "./layout.ts";
import { type LogLook, logLook } from "./panes/logs/log-look.ts";
import { logItems, visibleLogRows } from "./panes/logs/log-rows.ts";
import type { FleetView } from "./state/fleet-view.ts";
import { activeTabIndex, type LogTabItem, logTabs } from "./state/log-tab.ts";
import type { UiState } from "./state/ui-state.ts";
import type { LogBuffer } from "./store/log-buffer.ts";
import type { LogFeedStatus } from "./store/log-feed.ts";
import type { Theme } from "./theme/theme.ts";
import { hold, type Items } from "./widgets/scroll-view/scroll.ts";

/** Everything one picture of the screen is made of. The same frame always draws the same picture. */
export interface Frame {
  ui: UiState;
  fleet: FleetView;
  selected: ServiceSnapshot | null;
  now: number;
  theme: Theme;
  layout: Layout;
  log: LogFrame;
}

interface LogFrame {
  tabs: LogTabItem[];
  activeTab: number;
  status: LogFeedStatus;
  rows: string[];
  items: Items;
  /** Rows of the pane that show lines. */
  height: number;
  /** Lines below what is shown. */
  linesBelow: number;
}

interface FrameParts {
  ui: UiState;
  fleet: FleetView;
  now: number;
  theme: Theme;
  size: { columns: number; rows: number };
  buffer: LogBuffer;
  status: LogFeedStatus;
}

const tabRow = 1;

/** Puts a frame together. Pure but for the buffer, which it reads as it is now. */
export function buildFrame({ ui, fleet, now, theme, size, buffer, status }: FrameParts): Frame {
  const { snapshot } = fleet;
  const services = snapshot?.services ?? [];
  const layout = layoutFor(size.columns, size.rows, {
    services: services.length,
    vendors: snapshot?.vendors.length ?? 0,
    hasBanner: services.length > 0 && hasErrors(snapshot?.diagnostics ?? []),
    zoomed: ui.isZoomed ? ui.focus : null,
  });
  const selected = services.find((s) => s.name === ui.selected) ?? null;
  const tabs = logTabs(selected);
  const look: LogLook = logLook({
    columns: layout.columns,
    isWrapped: ui.logs.isWrapped,
    hasTimes: ui.logs.hasTimes,
    units: services.flatMap((s) => s.replicas.map((r) => r.id)),
    services: services.map((s) => s.name),
    theme,
  });
  const height = Math.max(0, layout.logs - tabRow);
  const items = logItems(buffer, look);
  const { scroll } = ui.logs;
  const bottom = hold(items, height);
  const isBehind = scroll.kind === "at" && bottom.kind === "at";
  return {
    ui,
    fleet,
    selected,
    now,
    theme,
    layout,
    log: {
      tabs,
      activeTab: activeTabIndex(tabs, ui.logs.tab),
      status,
      rows: visibleLogRows(buffer, look, scroll, height),
      items,
      height,
      linesBelow: isBehind ? Math.max(0, bottom.seq - Math.max(scroll.seq, items.first)) : 0,
    },
  };
}
