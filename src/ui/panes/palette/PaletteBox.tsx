import type { ReactNode } from "react";
import type { Frame } from "../../frame.ts";
import { type Palette, paletteItems } from "../../state/palette.ts";
import { Overlay } from "../../widgets/overlay/Overlay.tsx";
import { paletteLines } from "./palette-lines.ts";

const widest = 72;
const mostRows = 14;
/** Edges, the line that is typed, and the rows above and below. */
const chromeRows = 6;
const chromeColumns = 6;

/** Every command by its name, narrowed by what is typed. */
export function PaletteBox({ frame, palette }: { frame: Frame; palette: Palette }): ReactNode {
  const { layout, theme, keys } = frame;
  const items = paletteItems(palette, keys, frame.ui.selected !== null);
  const room = Math.max(1, Math.min(mostRows, layout.rows - chromeRows));
  const width = Math.min(widest, layout.columns - chromeColumns);
  return (
    <Overlay
      title="Commands"
      lines={paletteLines(palette, items, width, room, theme)}
      columns={layout.columns}
      rows={layout.rows}
      theme={theme}
    />
  );
}
