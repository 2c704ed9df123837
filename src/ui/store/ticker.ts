import type { Clock } from "../../lib/clock.ts";

interface TickerOptions {
  clock: Clock;
  /** At least this long between two frames that data asked for. */
  intervalMs: number;
  /** False while the terminal has not taken what was written: the frame waits until `request` is called again. */
  canDraw(): boolean;
  draw(): void;
  /** When the screen will say something else although nothing happens (a countdown, an age), or null. */
  nextChangeAt(now: number): number | null;
}

/**
 * The one clock of the screen. Whatever changes asks for a frame; frames are merged to one per interval, so a burst of events costs
 * one. A key is drawn at once. When nothing changes, the only timer is the one for the next text that depends on the time.
 * Only what changes again and again waits: a frame that the time asked for holds nothing up, and what is in less of a hurry
 * waits that long after its own last frame, not after those of others.
 */
export class Ticker {
  readonly #options: TickerOptions;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** By interval: when what asks for a frame so seldom got one last. */
  readonly #servedAt = new Map<number, number>();
  /** The intervals of what waits for the next frame. */
  readonly #asked = new Set<number>();
  #cancelFrame: (() => void) | null = null;
  #frameAt = Number.POSITIVE_INFINITY;
  #cancelTime: (() => void) | null = null;
  #isClosed = false;

  constructor(options: TickerOptions) {
    this.#options = options;
  }

  /** Something changed: draw within one interval, at once after a calm. `intervalMs`: for what is in less of a hurry. */
  request(intervalMs = this.#options.intervalMs): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const now = clock.now();
    const ownMs = (this.#servedAt.get(intervalMs) ?? Number.NEGATIVE_INFINITY) + intervalMs - now;
    const sharedMs = this.#drawnAt + Math.min(intervalMs, this.#options.intervalMs) - now;
    const waitMs = Math.min(Math.max(0, ownMs, sharedMs), intervalMs);
    this.#asked.add(intervalMs);
    if (this.#cancelFrame !== null && this.#frameAt <= now + waitMs) return;
    this.#cancelFrame?.();
    this.#frameAt = now + waitMs;
    this.#cancelFrame = clock.after(waitMs, () => {
      this.#cancelFrame = null;
      this.flush();
    });
  }

  /** Draws now. */
  flush(): void {
    this.#draw(true);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelFrame?.();
    this.#cancelTime?.();
  }

  /** `isForChange`: false where nothing has changed but the time. */
  #draw(isForChange: boolean): void {
    if (this.#isClosed) return;
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    if (!this.#options.canDraw()) return;
    const now = this.#options.clock.now();
    if (isForChange || this.#asked.size > 0) this.#drawnAt = now;
    for (const intervalMs of this.#asked) this.#servedAt.set(intervalMs, now);
    this.#asked.clear();
    this.#options.draw();
    this.#awaitTime();
  }

  #awaitTime(): void {
    this.#cancelTime?.();
    this.#cancelTime = null;
    const now = this.#options.clock.now();
    const at = this.#options.nextChangeAt(now);
    if (at === null) return;
    // A timer may fire a millisecond early; the text would not have changed yet.
    this.#cancelTime = this.#options.clock.after(Math.max(1, at - now + 1), () => this.#draw(false));
  }
}
