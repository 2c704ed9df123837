import type { Clock } from "../../lib/clock.ts";
import { Ticker } from "./ticker.ts";

/** Columns and rows of the terminal. */
export interface ScreenSize {
  columns: number;
  rows: number;
}

interface FrameStoreOptions<Frame> {
  clock: Clock;
  size: ScreenSize;
  /** At least this long between two frames that data asked for. */
  intervalMs: number;
  /** The frame for what is known now; `previous` is null for the first. */
  build(size: ScreenSize, previous: Frame | null): Frame;
  /** False while the terminal has not taken what was written. */
  canDraw(): boolean;
  /** When the screen will say something else although nothing happens, or null; never unless given. */
  nextChangeAt?(now: number): number | null;
  onDrawn?(frame: Frame): void;
}

/** The newest frame of a screen, for React to draw; when there is a newer one is the ticker's to say. */
export class FrameStore<Frame> {
  readonly #options: FrameStoreOptions<Frame>;
  readonly #ticker: Ticker;
  readonly #listeners = new Set<() => void>();
  #size: ScreenSize;
  #frame: Frame;

  constructor(options: FrameStoreOptions<Frame>) {
    this.#options = options;
    this.#size = options.size;
    this.#ticker = new Ticker({
      clock: options.clock,
      intervalMs: options.intervalMs,
      canDraw: options.canDraw,
      draw: () => this.#draw(),
      nextChangeAt: options.nextChangeAt ?? (() => null),
    });
    this.#frame = options.build(this.#size, null);
  }

  get size(): ScreenSize {
    return this.#size;
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly frame = (): Frame => this.#frame;

  /** Something changed: drawn within one interval. `intervalMs`: for what is in less of a hurry. */
  request(intervalMs?: number): void {
    this.#ticker.request(intervalMs);
  }

  /** Draws now. */
  flush(): void {
    this.#ticker.flush();
  }

  /** Works the frame out without drawing it, for whoever has to know what would be seen now. */
  rebuild(): Frame {
    this.#frame = this.#options.build(this.#size, this.#frame);
    return this.#frame;
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#ticker.flush();
  }

  close(): void {
    this.#ticker.close();
    this.#listeners.clear();
  }

  #draw(): void {
    const frame = this.rebuild();
    this.#options.onDrawn?.(frame);
    for (const listener of this.#listeners) listener();
  }
}
