import type { ServiceUsages } from "../../store/usage-store.ts";
import { cleanText } from "../../text/clean-text.ts";
import { cut, displayWidth } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";
import type { Column } from "../../widgets/table/Table.tsx";
import { cpuText, memoryText } from "../services/usage-text.ts";
import { isVendorsPaneShort, type VendorColumnId, type VendorColumnSize } from "./vendor-column-sizes.ts";
import { type VendorRow, vendorPhase } from "./vendor-row.ts";
import { imageText, uptimeText, vendorPorts, vendorProgress, vendorState } from "./vendor-texts.ts";

interface VendorsLook {
  theme: Theme;
  now: number;
  usage: ServiceUsages;
  /** Columns inside of the pane. */
  room: number;
  hasTitles: boolean;
  /** Columns for the images. */
  imageWidth: number;
}

type Look = Pick<Column<VendorRow>, "title" | "align" | "cell">;

/** What stands in each column of the vendors. While one is not well, what it runs gives way to why. */
export function vendorColumns(sizes: readonly VendorColumnSize[], look: VendorsLook): Column<VendorRow>[] {
  const looks = columnLooks(look);
  return sizes.map(({ wanted, ...size }) => ({ ...size, ...looks[size.id], width: wanted }));
}

function columnLooks({ theme, now, usage, room, hasTitles, imageWidth }: VendorsLook): Record<VendorColumnId, Look> {
  const { glyphs, phase, role } = theme;
  const isShort = isVendorsPaneShort(room);
  const none: Span = { text: glyphs.none, style: role.muted };
  const left = (title: string, cell: Look["cell"]): Look => ({ title, align: "left", cell });
  const right = (title: string, cell: Look["cell"]): Look => ({ title, align: "right", cell });
  return {
    glyph: left("", (row) => ({ text: glyphs.phase[vendorPhase(row)], style: phase[vendorPhase(row)] })),
    name: left("NAME", (row) => ({
      text: cleanText(row.name),
      style: vendorPhase(row) === "stopped" ? role.muted : role.plain,
    })),
    state: left("STATE", (row) => ({ text: vendorState(row, isShort), style: phase[vendorPhase(row)] })),
    health: left("HEALTH", (row) => healthCell(row, theme)),
    port: left("PORT", (row) => ({
      text: vendorPorts(row, glyphs.none, isShort),
      style: row.replica?.startedAt == null ? role.muted : role.plain,
    })),
    image: left("IMAGE", (row) => {
      const trouble = vendorProgress(row, now, isShort);
      if (trouble === null) return imageCell(row, imageWidth, theme);
      // What has no container has nothing to say in the columns after this one.
      const takesRest = isShort || row.replica?.state.phase !== "unready";
      return { text: trouble, style: phase[vendorPhase(row)], takesRest };
    }),
    up: right("UP", ({ replica }) =>
      replica?.startedAt == null ? none : { text: uptimeText(replica.startedAt, now, isShort), style: role.plain },
    ),
    restarts: right(glyphs.restarts, ({ replica }) => {
      const restarts = replica?.restarts ?? 0;
      // Below a title of its own the number is enough.
      return restarts === 0 ? none : { text: `${hasTitles ? "" : glyphs.restarts}${restarts}`, style: role.warn };
    }),
    cpu: right("CPU", ({ name }) => {
      const cpu = usage.get(name)?.cpu ?? null;
      return cpu === null ? none : { text: cpuText(cpu), style: role.plain };
    }),
    memory: right("MEM", ({ name }) => {
      const bytes = usage.get(name)?.memoryBytes ?? null;
      return bytes === null ? none : { text: memoryText(bytes), style: role.plain };
    }),
  };
}

/** As it is written in the config, where there is room for that. That its tag has moved is never cut off. */
function imageCell(row: VendorRow, width: number, { glyphs, role }: Theme): Span {
  const isMoved = row.replica?.container?.isImageMoved === true;
  const room = isMoved ? width - 1 - displayWidth(glyphs.moved) : width;
  const text = cut(imageText(row, displayWidth(row.image) > room), room, glyphs.ellipsis);
  return isMoved ? { text: `${text} ${glyphs.moved}`, style: role.warn } : { text, style: role.muted };
}

function healthCell({ replica }: VendorRow, { glyphs, role }: Theme): Span {
  const health = replica?.container?.health ?? "none";
  switch (health) {
    case "none":
      return { text: glyphs.none, style: role.muted };
    case "starting":
      return { text: health, style: role.busy };
    case "healthy":
      return { text: health, style: role.good };
    case "unhealthy":
      return { text: health, style: role.warn };
  }
}
