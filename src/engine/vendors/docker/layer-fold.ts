import type { LayerProgress } from "../../../model/container.ts";

/** A line of what an engine tells while it pulls. */
export interface PullLine {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
  errorDetail?: { message?: string };
}

/** Makes the state of all layers of what is told about one at a time, in the order in which they were named first. */
export class LayerFold {
  readonly #layers = new Map<string, LayerProgress>();

  get layers(): LayerProgress[] {
    return [...this.#layers.values()].map((layer) => ({ ...layer }));
  }

  /** True where all that was begun is done. */
  get isWhole(): boolean {
    return this.#layers.values().every(({ phase }) => phase === "done");
  }

  /** True where the line has changed a layer. */
  push({ id, status, progressDetail }: PullLine): boolean {
    if (id === undefined || status === undefined) return false;
    const layer = this.#layers.get(id) ?? { id, phase: "waiting", bytes: 0, total: null };
    const { current, total } = progressDetail ?? {};
    switch (status) {
      case "Pulling fs layer":
      case "Waiting":
        break;
      case "Downloading":
        layer.phase = "downloading";
        layer.bytes = current ?? layer.bytes;
        if (total !== undefined && total > 0) layer.total = total;
        break;
      case "Verifying Checksum":
      case "Download complete":
        layer.phase = "downloading";
        layer.bytes = layer.total ?? layer.bytes;
        break;
      case "Extracting":
        layer.phase = "extracting";
        // Newer engines count seconds here, without a total.
        if (total !== undefined && total > 0) {
          layer.bytes = current ?? layer.bytes;
          layer.total = total;
        }
        break;
      case "Pull complete":
      case "Already exists":
        layer.phase = "done";
        layer.bytes = layer.total ?? layer.bytes;
        break;
      default:
        // "Retrying in 5 seconds": its bytes come again from the first.
        if (!status.startsWith("Retrying in")) return false;
        layer.phase = "waiting";
        layer.bytes = 0;
    }
    this.#layers.set(id, layer);
    return true;
  }
}
