import type { LayerProgress } from "../../../model/container.ts";
import { bytesCome } from "../../state/pull-status.ts";
import { byteSize, bytesOf } from "../../text/amount.ts";
import { cleanText } from "../../text/clean-text.ts";
import { fit } from "../../text/display-width.ts";
import type { Span, Style } from "../../theme/style.ts";
import type { Theme } from "../../theme/theme.ts";

const idWidth = 12;
const phaseWidth = 11;
const barWidth = 20;

/** A row for each layer of an image that is being pulled: `a1b2c3d4e5f6  downloading  ████────  12/34 MB`. */
export function layerRows(layers: readonly LayerProgress[], width: number, theme: Theme): Span[][] {
  const { role, glyphs } = theme;
  const room = width < 60 ? barWidth / 2 : barWidth;
  return layers.map((layer) => {
    const style = layerStyle(layer, theme);
    const full = Math.round(room * shareOf(layer));
    return [
      { text: `${fit(cleanText(layer.id), idWidth, "left", "")}  `, style: role.muted },
      { text: `${fit(layer.phase, phaseWidth)}  `, style },
      { text: (glyphs.bars.at(-1) ?? "").repeat(full), style },
      { text: `${glyphs.rule.repeat(room - full)}  `, style: role.muted },
      { text: sizeText(layer), style: layer.phase === "waiting" ? role.muted : role.plain },
    ];
  });
}

function layerStyle({ phase }: LayerProgress, { role }: Theme): Style {
  if (phase === "done") return role.good;
  return phase === "waiting" ? role.muted : role.busy;
}

function shareOf(layer: LayerProgress): number {
  if (layer.phase === "done") return 1;
  return layer.total === null || layer.total === 0 ? 0 : Math.min(1, bytesCome(layer) / layer.total);
}

function sizeText(layer: LayerProgress): string {
  const { phase, bytes, total } = layer;
  if (phase === "downloading" && total !== null) return bytesOf(bytes, total);
  if (total !== null) return byteSize(total);
  return bytes === 0 ? "" : byteSize(bytes);
}
