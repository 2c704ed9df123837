import type { Failure } from "../model/failure.ts";
import type { ServiceSnapshot } from "../model/service-snapshot.ts";
import { vendorsOf } from "../model/snapshot.ts";
import type { KeyTable } from "./keys/rebind.ts";
import { type Layout, layoutFor } from "./layout.ts";
import { bannerLines } from "./panes/banner/banner-lines.ts";
import { buildCard, type Card, mostCardRows } from "./panes/build-card/build-card.ts";
import { containerCard } from "./panes/container-card/container-card.ts";
import { type DetailsContent, detailsContent } from "./panes/details/details-content.ts";
import { type LogFrame, logFrame } from "./panes/logs/log-frame.ts";
import { type GridFrame, gridFrame, gridHeight } from "./panes/services/grid-frame.ts";
import { strayNotice } from "./panes/strays/stray-notice.ts";
import { type StraysFrame, straysFrame } from "./panes/strays/strays-frame.ts";
import { type VendorsFrame, vendorsFrame } from "./panes/vendors/vendors-frame.ts";
import type { FleetView } from "./state/fleet-view.ts";
import type { UsageRanks } from "./state/grid-order.ts";
import { openStraysView } from "./state/open-strays-view.ts";
import type { UiState } from "./state/ui-state.ts";
import type { DetailsData } from "./store/details-feed.ts";
import type { LogBuffer } from "./store/log-buffer.ts";
import type { LogFeedStatus } from "./store/log-feed-status.ts";
import type { MatchCount } from "./store/log-finder.ts";
import type { SourceAddresses } from "./store/source-links.ts";
import type { ServiceUsages } from "./store/usage-store.ts";
import type { Span } from "./theme/style.ts";
import type { Theme } from "./theme/theme.ts";
import { panelEdges } from "./widgets/panel/Panel.tsx";

/** Everything one picture of the screen is made of. The same frame always draws the same picture. */
export interface Frame {
  ui: UiState;
  fleet: FleetView;
  selected: ServiceSnapshot | null;
  now: number;
  theme: Theme;
  /** The bindings in force. */
  keys: KeyTable;
  layout: Layout;
  /** What stays below the header until it is mended. */
  banner: Span[][];
  grid: GridFrame;
  /** Null where the vendors have no pane of their own. */
  vendors: VendorsFrame | null;
  log: LogFrame;
  /** Why the selected service is not built, or what its container is up to; null where there is nothing to say. */
  card: Card | null;
  /** Null while no details are open. */
  details: DetailsFrame | null;
  /** Null while the strays are not listed. */
  strays: StraysFrame | null;
}

interface DetailsFrame extends DetailsContent {
  height: number;
  lastTop: number;
}

interface FrameParts {
  ui: UiState;
  fleet: FleetView;
  now: number;
  theme: Theme;
  keys: KeyTable;
  size: { columns: number; rows: number };
  details: DetailsData | null;
  /** Addresses of the files that a failure names. */
  addresses: (failure: Failure | null) => SourceAddresses;
  buffer: LogBuffer;
  status: LogFeedStatus;
  matches: MatchCount | null;
  usage: ServiceUsages;
  ranks: UsageRanks;
  /** The frame before this one: widths of columns are kept from it. */
  previous: Frame | null;
}

/** Blanks beside the text of a card. */
const cardMargins = 2;

/** Puts a frame together. Pure but for the buffer, which it reads as it is now. */
export function buildFrame({
  ui,
  fleet,
  now,
  theme,
  keys,
  size,
  details,
  buffer,
  status,
  ...parts
}: FrameParts): Frame {
  const { snapshot } = fleet;
  const services = snapshot?.services ?? [];
  const banner = [
    ...bannerLines({ snapshot, mistakes: ui.mistakes, keys, size, theme }),
    // What the open list says need not be said above it.
    ...(openStraysView(ui) === null ? strayNotice(snapshot?.strays ?? [], keys, size.columns, theme) : []),
  ];
  const selected = services.find((s) => s.name === ui.selected) ?? null;
  const isOnHeader = ui.grid.header !== null;
  const failure = selected?.build.failure ?? null;
  const told = isOnHeader ? null : selected;
  const card =
    buildCard(told, parts.addresses(failure), parts.previous?.card ?? null, theme) ??
    containerCard(told, size.columns - panelEdges - cardMargins, theme);
  const layout = layoutFor(size.columns, size.rows, {
    services: gridHeight(ui, services),
    vendors: snapshot === null ? 0 : vendorsOf(snapshot).length,
    banner: banner.length,
    card: card === null ? 0 : Math.min(card.rows.length, mostCardRows) + panelEdges,
    zoomed: ui.isZoomed ? ui.focus : null,
  });
  const grid = gridFrame({
    ui,
    services,
    hasVendors: layout.vendors.height === 0,
    usage: parts.usage,
    ranks: parts.ranks,
    width: layout.services.width,
    height: layout.services.height,
    previous: parts.previous?.grid ?? null,
  });
  return {
    ui,
    fleet,
    selected,
    now,
    theme,
    keys,
    layout,
    banner,
    card,
    details: detailsFrame({ ui, fleet, now, theme, keys, addresses: parts.addresses }, layout, details),
    strays: straysFrame(
      { ui, fleet, theme },
      layout.columns - panelEdges,
      Math.max(0, layout.rows - 2 - layout.banner - panelEdges),
    ),
    grid,
    vendors: vendorsFrame({
      vendors: grid.vendors,
      all: services,
      selected: isOnHeader ? null : ui.selected,
      layout: layout.vendors,
      hasUsage: ui.grid.hasUsage,
      previous: parts.previous?.vendors ?? null,
    }),
    log: logFrame({
      ui,
      snapshot,
      theme,
      columns: layout.columns,
      rows: layout.logs,
      buffer,
      status,
      matches: parts.matches,
    }),
  };
}

function detailsFrame(
  { ui, fleet, now, theme, keys, addresses }: Pick<FrameParts, "ui" | "fleet" | "now" | "theme" | "keys" | "addresses">,
  layout: Layout,
  data: DetailsData | null,
): DetailsFrame | null {
  if (ui.dialog.kind !== "details") return null;
  const height = Math.max(0, layout.rows - 2 - layout.banner - panelEdges);
  const width = layout.columns - panelEdges;
  const content = detailsContent({ details: ui.dialog, data, fleet, width, now, theme, keys, addresses });
  return { ...content, height, lastTop: Math.max(0, content.rows.length - height) };
}
