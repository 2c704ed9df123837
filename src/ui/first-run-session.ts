import type { Clock } from "../lib/clock.ts";
import type { FirstRunFrame } from "./first-run-frame.ts";
import type { BindingId } from "./keys/bindings.ts";
import { firstRunKeys } from "./keys/first-run-keys.ts";
import type { KeyTable } from "./keys/rebind.ts";
import { firstRunLines } from "./panes/welcome/first-run-lines.ts";
import { type FirstRun, type FleetDoor, isMendedByFiles, type OpenedFleet, type Trouble } from "./state/first-run.ts";
import { Ticker } from "./store/ticker.ts";
import type { Theme } from "./theme/theme.ts";
import { panelEdges } from "./widgets/panel/Panel.tsx";

interface FirstRunOptions {
  door: FleetDoor;
  trouble: Trouble;
  clock: Clock;
  theme: Theme;
  keys: KeyTable;
  size: { columns: number; rows: number };
  canDraw(): boolean;
  /** There is a fleet now. */
  onOpened(fleet: OpenedFleet): void;
  onLeave(): void;
}

const frameIntervalMs = 33;
/** How soon a mended file is seen. */
const lookIntervalMs = 1000;
/** Header and footer. */
const chromeRows = 2;

/** The dashboard before there is a fleet: says why, offers what can be done about it, and looks whether somebody mended it. */
export class FirstRunSession {
  readonly #options: FirstRunOptions;
  readonly #ticker: Ticker;
  #state: FirstRun;
  #size: { columns: number; rows: number };
  #frame: FirstRunFrame;
  #listeners = new Set<() => void>();
  #cancelLook: (() => void) | null = null;
  #isLooking = false;
  #isClosed = false;

  constructor(options: FirstRunOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#state = { trouble: options.trouble, top: 0, underWay: null, problem: null };
    this.#frame = this.#build();
    this.#ticker = new Ticker({
      clock: options.clock,
      intervalMs: frameIntervalMs,
      canDraw: options.canDraw,
      draw: () => {
        this.#frame = this.#build();
        for (const listener of this.#listeners) listener();
      },
      nextChangeAt: () => null,
    });
  }

  open(): void {
    this.#lookLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
    this.#ticker.close();
    this.#listeners.clear();
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly frame = (): FirstRunFrame => this.#frame;

  press(keys: readonly string[]): void {
    for (const key of keys) {
      const binding = firstRunKeys(this.#options.keys, this.#state.trouble).find((b) => b.keys.includes(key));
      if (binding !== undefined) this.#onKey(binding.id);
    }
    this.#ticker.flush();
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#ticker.flush();
  }

  /** The terminal takes output again. */
  resume(): void {
    this.#ticker.request();
  }

  #onKey(id: BindingId): void {
    switch (id) {
      case "first-create":
        void this.#carryOut("writing the files", () => this.#options.door.create());
        return;
      case "first-replace":
        void this.#carryOut("replacing the daemon", () => this.#options.door.replaceDaemon());
        return;
      case "first-retry":
        void this.#carryOut("trying again", async () => null);
        return;
      case "first-down":
        this.#scroll(1);
        return;
      case "first-up":
        this.#scroll(-1);
        return;
      case "first-quit":
        this.#options.onLeave();
        return;
    }
  }

  #scroll(rows: number): void {
    const room = Math.max(1, this.#size.rows - chromeRows - panelEdges);
    const lastTop = Math.max(0, firstRunLines(this.#frame).length - room);
    this.#state = { ...this.#state, top: Math.max(0, Math.min(this.#state.top + rows, lastTop)) };
  }

  async #carryOut(underWay: string, act: () => Promise<string | null>): Promise<void> {
    if (this.#state.underWay !== null) return;
    this.#put({ underWay, problem: null });
    const problem = await act();
    if (this.#isClosed) return;
    if (problem !== null) {
      this.#put({ underWay: null, problem });
      return;
    }
    await this.#look();
    this.#put({ underWay: null });
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    const opening = await this.#options.door.look();
    this.#isLooking = false;
    if (opening.kind === "opened") {
      if (this.#isClosed) {
        await opening.fleet.client.close();
        return;
      }
      // Whatever was asked for meanwhile is over with it: a fleet is opened once.
      this.close();
      this.#options.onOpened(opening.fleet);
      return;
    }
    if (this.#isClosed) return;
    if (opening.trouble !== this.#state.trouble) this.#put({ trouble: opening.trouble, top: 0 });
    this.#lookLater();
  }

  #lookLater(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
    if (this.#isClosed || !isMendedByFiles(this.#state.trouble)) return;
    this.#cancelLook = this.#options.clock.after(lookIntervalMs, () => void this.#look());
  }

  #put(change: Partial<FirstRun>): void {
    if (this.#isClosed) return;
    this.#state = { ...this.#state, ...change };
    this.#ticker.request();
  }

  #build(): FirstRunFrame {
    return { ...this.#state, size: this.#size, theme: this.#options.theme, keys: this.#options.keys };
  }
}
