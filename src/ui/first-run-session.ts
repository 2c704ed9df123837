import type { Clock } from "../lib/clock.ts";
import type { FirstRunFrame } from "./first-run-frame.ts";
import type { BindingId } from "./keys/bindings.ts";
import { firstRunKeys } from "./keys/first-run-keys.ts";
import type { Look } from "./look.ts";
import { firstRunLines } from "./panes/welcome/first-run-lines.ts";
import { type FirstRun, type FleetDoor, isMendedByFiles, type OpenedFleet, type Trouble } from "./state/first-run.ts";
import { FrameStore, type ScreenSize } from "./store/frame-store.ts";
import { panelEdges } from "./widgets/panel/Panel.tsx";

interface FirstRunOptions {
  door: FleetDoor;
  trouble: Trouble;
  clock: Clock;
  look: Look;
  size: ScreenSize;
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
  readonly #frames: FrameStore<FirstRunFrame>;
  #appearance: Look;
  #state: FirstRun;
  #cancelLook: (() => void) | null = null;
  #isLooking = false;
  #isClosed = false;

  constructor(options: FirstRunOptions) {
    this.#options = options;
    this.#appearance = options.look;
    this.#state = { trouble: options.trouble, top: 0, underWay: null, problem: null };
    this.#frames = new FrameStore({
      clock: options.clock,
      size: options.size,
      intervalMs: frameIntervalMs,
      build: (size) => ({ ...this.#state, ...this.#appearance, size, now: options.clock.now() }),
      canDraw: options.canDraw,
      nextChangeAt: (now) => (this.#state.underWay === null ? null : (Math.floor(now / 1000) + 1) * 1000),
    });
  }

  open(): void {
    this.#lookLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
    this.#frames.close();
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => this.#frames.subscribe(listener);

  readonly frame = (): FirstRunFrame => this.#frames.frame();

  press(keys: readonly string[]): void {
    for (const key of keys) {
      const binding = firstRunKeys(this.#appearance.keys, this.#state.trouble).find((b) => b.keys.includes(key));
      if (binding !== undefined) this.#onKey(binding.id);
    }
    this.#frames.flush();
  }

  /** The settings were read again, or the terminal told more about itself. Drawn at once. */
  setLook(look: Look): void {
    this.#appearance = look;
    this.#frames.flush();
  }

  resize(columns: number, rows: number): void {
    this.#frames.resize(columns, rows);
  }

  /** The terminal takes output again. */
  resume(): void {
    this.#frames.request();
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
    const room = Math.max(1, this.#frames.size.rows - chromeRows - panelEdges);
    const lastTop = Math.max(0, firstRunLines(this.frame()).length - room);
    this.#state = { ...this.#state, top: Math.max(0, Math.min(this.#state.top + rows, lastTop)) };
  }

  async #carryOut(what: string, act: () => Promise<string | null>): Promise<void> {
    if (this.#state.underWay !== null) return;
    this.#put({ underWay: { what, since: this.#options.clock.now() }, problem: null });
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
    this.#frames.request();
  }
}
