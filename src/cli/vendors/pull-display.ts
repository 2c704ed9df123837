import type { Clock } from "../../lib/clock.ts";
import type { LayerProgress } from "../../model/container.ts";
import type { Output } from "../output/output.ts";
import { paint } from "../output/paint.ts";
import { printableWords } from "../output/printable.ts";
import { layerWords, pullWords } from "./pull-words.ts";

/** Without a terminal: often enough to see that it goes on. */
const lineEveryMs = 3_000;
/** On a terminal: as often as an eye needs. */
const drawEveryMs = 100;
/** Of one image; the others are waiting or done. */
const shownLayers = 6;

/** Shows pulls while they go on: on a terminal as a block that is drawn over, else as lines that stay. */
export class PullDisplay {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #pulls = new Map<string, { layers: readonly LayerProgress[]; toldAt: number }>();
  #drawnLines = 0;
  #drawnAt = 0;

  constructor(output: Output, clock: Clock) {
    this.#output = output;
    this.#clock = clock;
  }

  begin(image: string): void {
    this.#pulls.set(image, { layers: [], toldAt: this.#clock.now() });
    this.#draw(true);
  }

  progress(image: string, layers: readonly LayerProgress[]): void {
    const pull = this.#pulls.get(image);
    if (pull === undefined) return;
    pull.layers = layers;
    if (this.#output.isTty) {
      this.#draw(false);
      return;
    }
    const now = this.#clock.now();
    if (now - pull.toldAt < lineEveryMs) return;
    pull.toldAt = now;
    this.#output.write(`${printableWords(image)}: ${pullWords(layers)}\n`);
  }

  /** It is over: `line` says how, and stays. */
  end(image: string, line: string): void {
    this.#pulls.delete(image);
    this.#erase();
    this.#output.write(`${line}\n`);
    this.#draw(true);
  }

  #draw(isDue: boolean): void {
    if (!this.#output.isTty) return;
    const now = this.#clock.now();
    if (!isDue && now - this.#drawnAt < drawEveryMs) return;
    this.#drawnAt = now;
    this.#erase();
    const lines = [...this.#pulls].flatMap(([image, { layers }]) => this.#linesOf(image, layers));
    this.#output.write(lines.map((line) => `${line}\n`).join(""));
    this.#drawnLines = lines.length;
  }

  #linesOf(image: string, layers: readonly LayerProgress[]): string[] {
    const { hasColor, columns } = this.#output;
    const fit = (line: string): string => line.slice(0, Math.max(1, columns - 1));
    const moving = layers.filter(({ phase }) => phase === "downloading" || phase === "extracting");
    return [
      fit(`${printableWords(image)}  ${pullWords(layers)}`),
      ...moving
        .slice(0, shownLayers)
        .map((layer) => paint(hasColor, "dim", fit(`  ${printableWords(layerWords(layer))}`))),
    ];
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#output.write(`\u001b[${this.#drawnLines}A\u001b[J`);
    this.#drawnLines = 0;
  }
}
