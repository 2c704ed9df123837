import type { LayerProgress } from "../../model/container.ts";
import type { ReplicaSnapshot } from "../../model/replica.ts";
import { byteSize, bytesOf } from "../text/amount.ts";

/** How far the pull of an image is, over all of its layers. */
export interface PullStatus {
  bytes: number;
  /** Null until the registry has said it of each layer that is still to come. */
  total: number | null;
  /** Whole percents of the bytes, null without a total. */
  percent: number | null;
  /** Layers that are there, of all that are known. */
  done: number;
  layers: number;
  /** All bytes have come; what is left is to be unpacked. */
  isUnpacking: boolean;
}

/** Null where nothing is being pulled for it. */
export function pullOf(replica: Pick<ReplicaSnapshot, "container"> | null): PullStatus | null {
  const pull = replica?.container?.pull ?? null;
  return pull === null ? null : pullStatus(pull);
}

/** What a layer has got of its bytes: while it is unpacked all of them, whatever is counted then. */
export function bytesCome({ phase, bytes, total }: LayerProgress): number {
  if (phase === "waiting") return 0;
  return phase === "downloading" ? bytes : (total ?? bytes);
}

/** `34/120 MB`, `34 MB` while the whole is not known, `unpacking 3/7`; empty before the registry has answered. */
export function pullText({ bytes, total, done, layers, isUnpacking }: PullStatus): string {
  if (layers === 0) return "";
  if (isUnpacking) return `unpacking ${done}/${layers}`;
  if (total !== null) return bytesOf(bytes, total);
  return bytes === 0 ? "" : byteSize(bytes);
}

function pullStatus(all: readonly LayerProgress[]): PullStatus {
  const bytes = all.reduce((sum, layer) => sum + bytesCome(layer), 0);
  // One that was there before has no bytes to be waited for.
  const isKnown = all.every((layer) => layer.total !== null || layer.phase === "done");
  const total = all.reduce((sum, layer) => sum + (layer.total ?? 0), 0);
  const hasTotal = isKnown && total > 0;
  const done = all.filter(({ phase }) => phase === "done").length;
  return {
    bytes,
    total: hasTotal ? total : null,
    percent: hasTotal ? Math.floor((100 * Math.min(bytes, total)) / total) : null,
    done,
    layers: all.length,
    isUnpacking:
      all.some(({ phase }) => phase === "extracting") &&
      all.every(({ phase }) => phase === "extracting" || phase === "done"),
  };
}
