import type { ServiceSnapshot } from "../../../model/service-snapshot.ts";
import type { Layout } from "../../layout.ts";
import { displayWidth } from "../../text/display-width.ts";
import { panelEdges } from "../../widgets/panel/Panel.tsx";
import { fitColumns } from "../../widgets/table/fit-columns.ts";
import { cellMargin, gapFor } from "../../widgets/table/table-room.ts";
import { keptFirstRow } from "../../widgets/table/visible-rows.ts";
import { type VendorColumnSize, vendorColumnSizes } from "./vendor-column-sizes.ts";
import { type VendorRow, vendorRow } from "./vendor-row.ts";
import { vendorPorts } from "./vendor-texts.ts";

/** The pane of the vendors in one frame. */
export interface VendorsFrame {
  rows: readonly VendorRow[];
  /** Index of the selected row, -1 for none. */
  selected: number;
  /** The first row that is seen. */
  first: number;
  /** How many rows are seen at once. */
  height: number;
  sizes: readonly VendorColumnSize[];
  /** Columns for the images. */
  imageWidth: number;
  /** CPU or memory is on the screen. */
  needsUsage: boolean;
}

interface VendorsParts {
  /** Those that are shown, in order. */
  vendors: readonly ServiceSnapshot[];
  /** All that there are: what does not change from row to row is as wide as for them. */
  all: readonly ServiceSnapshot[];
  selected: string | null;
  layout: Layout["vendors"];
  hasUsage: boolean;
  previous: VendorsFrame | null;
}

/** Works the pane out. Pure. Null where there is no room for it. */
export function vendorsFrame({
  vendors,
  all,
  selected,
  layout,
  hasUsage,
  previous,
}: VendorsParts): VendorsFrame | null {
  if (layout.height <= 0) return null;
  const rows = vendors.map(vendorRow).filter((row) => row !== null);
  const everywhere = all.map(vendorRow).filter((row) => row !== null);
  const room = Math.max(0, layout.width - panelEdges);
  const sizes = vendorColumnSizes({
    room,
    name: Math.max(0, ...everywhere.map(({ name }) => displayWidth(name))),
    port: Math.max(0, ...everywhere.map((row) => vendorPorts(row, "").length)),
    image: Math.max(0, ...everywhere.map((row) => displayWidth(row.image))),
    hasUsage,
    hasHealth: everywhere.some(({ replica }) => (replica?.container?.health ?? "none") !== "none"),
  });
  const gap = gapFor(room);
  const widths = fitColumns(
    sizes.map((size) => ({ ...size, gap: size.gap ?? gap })),
    room - cellMargin,
  );
  const height = Math.max(0, layout.height - panelEdges - (layout.hasTitles ? 1 : 0));
  const index = rows.findIndex(({ name }) => name === selected);
  return {
    rows,
    selected: index,
    first: keptFirstRow(rows.length, index, height, previous?.first ?? 0),
    height,
    sizes,
    imageWidth: widths.get("image") ?? 0,
    needsUsage: widths.has("cpu") || widths.has("memory"),
  };
}
