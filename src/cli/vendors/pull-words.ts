import type { LayerProgress } from "../../model/container.ts";
import { byteSize } from "../../ui/text/amount.ts";

/** How far a pull is, in bytes and layers: `12.3 MB of 40.1 MB, 2 of 5 layers`. Pure. */
export function pullWords(layers: readonly LayerProgress[]): string {
  if (layers.length === 0) return "asking the registry";
  const done = layers.filter(({ phase }) => phase === "done").length;
  const ofLayers = `${done} of ${layers.length} layer${layers.length === 1 ? "" : "s"}`;
  const bytes = layers.reduce((sum, layer) => sum + bytesOf(layer), 0);
  // Until each layer's size is known the sum would grow with what it is compared to.
  const isKnown = layers.every(({ phase, total }) => total !== null || phase === "done");
  const total = layers.reduce((sum, layer) => sum + (layer.total ?? 0), 0);
  if (bytes === 0) return ofLayers;
  return `${byteSize(bytes)}${isKnown && total > 0 ? ` of ${byteSize(total)}` : ""}, ${ofLayers}`;
}

/** One layer on its way: `3f5c9b  downloading  4.1 MB of 9.8 MB`. Pure. */
export function layerWords(layer: LayerProgress): string {
  const { id, phase, total } = layer;
  const size = total === null ? "" : ` of ${byteSize(total)}`;
  return `${id.slice(0, 12)}  ${phase}${phase === "waiting" ? "" : `  ${byteSize(bytesOf(layer))}${size}`}`;
}

/** What is being unpacked has come whole; its bytes count from the beginning again. */
function bytesOf({ phase, bytes, total }: LayerProgress): number {
  return phase === "done" || phase === "extracting" ? (total ?? bytes) : bytes;
}
