import type { Clock } from "../lib/clock.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { Command } from "../model/command.ts";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { buildFrame, type Frame } from "./frame.ts";
import { mouseBindings } from "./keys/mouse-bindings.ts";
import { defaultKeys, type KeyTable } from "./keys/rebind.ts";
import { resolveKey } from "./keys/resolve-key.ts";
import type { Look } from "./look.ts";
import { helpLastTop } from "./panes/help/help-lines.ts";
import type { Action } from "./state/action.ts";
import { detailsUnit } from "./state/details.ts";
import type { Effect } from "./state/effect.ts";
import { applyUpdate, type FleetView, unknownFleet } from "./state/fleet-view.ts";
import { isTyping } from "./state/is-typing.ts";
import { messageForEvent } from "./state/message-for-event.ts";
import { nextChangeAt, nextReadAt } from "./state/next-change.ts";
import type { Surroundings } from "./state/surroundings.ts";
import { initialUiState, type UiState } from "./state/ui-state.ts";
import { unitsOfEvent } from "./state/units-of-event.ts";
import { update } from "./state/update.ts";
import { DetailsFeed } from "./store/details-feed.ts";
import { EngineDesk } from "./store/engine-desk.ts";
import { FrameStore, type ScreenSize } from "./store/frame-store.ts";
import { LogDesk, type LogOutlet } from "./store/log-desk.ts";
import { SourceLinks } from "./store/source-links.ts";
import { UsageFeed } from "./store/usage-feed.ts";
import type { MouseEvent } from "./terminal/mouse.ts";
import { staleTheme, type Theme } from "./theme/theme.ts";

/** How the user left. */
export type Leaving = "left-running" | "stopped" | "nothing-ran";

interface SessionOptions {
  client: EngineClient;
  clock: Clock;
  theme: Theme;
  size: ScreenSize;
  /** The bindings in force; the usual ones unless given. */
  keys?: KeyTable;
  startedFleet: boolean;
  callerEnv: Record<string, string>;
  /** Asks for a start of what has `autostart` as soon as the session is open. */
  autoStart: boolean;
  /** What is known already, for the first frame. */
  snapshot: FleetSnapshot | null;
  /** Clipboard and pager; without it there are none. */
  outlet?: LogOutlet;
  /** Starts a daemon where none runs; the result says what went wrong, null where nothing did. */
  startDaemon?: () => Promise<string | null>;
  /** What is wrong in the user's own settings. */
  mistakes?: readonly Diagnostic[];
  /** For a screen that is read aloud: drawn less often, and never by the mere passing of time. */
  isReadAloud?: boolean;
  /** False while the terminal has not taken what was written. */
  canDraw(): boolean;
  onLeave(how: Leaving): void;
}

/** At most twelve frames a second for lines that scroll by: a key is drawn at once, and nobody reads faster. */
const frameIntervalMs = 80;
const readingIntervalMs = 1000;
/** And five for services that change all the time; the first change after a calm is drawn at once. */
const fleetIntervalMs = 190;
const helpChromeRows = 4;

/**
 * One open dashboard without its screen: takes keys and updates, keeps the state, does what `update` asks for, and hands out frames. React reads
 * frames from here and knows nothing else.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #engine: EngineDesk;
  readonly #log: LogDesk;
  readonly #details: DetailsFeed;
  readonly #usage: UsageFeed;
  readonly #sources: SourceLinks;
  readonly #frames: FrameStore<Frame>;
  #look: Look;
  #staleTheme: Theme;
  #ui: UiState = initialUiState;
  #fleet: FleetView = unknownFleet;
  #subscription: Subscription | null = null;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#look = { theme: options.theme, keys: options.keys ?? defaultKeys, mistakes: options.mistakes ?? [] };
    this.#staleTheme = staleTheme(options.theme);
    this.#engine = new EngineDesk({
      client: options.client,
      clock: options.clock,
      callerEnv: options.callerEnv,
      startDaemon: options.startDaemon ?? (async () => null),
      message: () => this.#ui.message,
      onChange: () => this.#frames.request(),
      dispatch: (action) => this.#dispatch(action),
    });
    this.#log = new LogDesk({
      client: options.client,
      outlet: options.outlet ?? null,
      onChange: () => this.#frames.request(),
      dispatch: (action) => this.#dispatch(action),
      say: (level, text) => this.#engine.say(level, text),
    });
    this.#usage = new UsageFeed(options.client, () => this.#frames.request());
    this.#sources = new SourceLinks(() => this.#frames.request());
    this.#details = new DetailsFeed(options.client, options.clock, () => this.#frames.request());
    this.#frames = new FrameStore({
      clock: options.clock,
      size: options.size,
      intervalMs: options.isReadAloud === true ? readingIntervalMs : frameIntervalMs,
      build: (size, previous) => this.#build(size, previous),
      canDraw: options.canDraw,
      nextChangeAt: (now) =>
        options.isReadAloud === true ? nextReadAt(this.#ui) : nextChangeAt(this.#fleet, this.#ui, now),
      onDrawn: (frame) => this.#usage.setWatched(frame.grid.needsUsage || frame.vendors?.needsUsage === true),
    });
  }

  open(): void {
    const { snapshot } = this.#options;
    if (snapshot !== null) {
      this.#onUpdate({ kind: "snapshot", snapshot });
      this.#frames.flush();
    }
    this.#dispatch({ kind: "settingsRead", mistakes: this.#look.mistakes });
    this.#subscription = this.#options.client.subscribe((change) => this.#onUpdate(change));
    if (!this.#options.autoStart) return;
    const select = { names: [], except: [] };
    const command: Command = { kind: "start", select, noDeps: false, overrides: {} };
    this.#engine.perform({ kind: "send", command, label: "start" });
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription?.close();
    this.#log.close();
    this.#details.close();
    this.#usage.close();
    this.#frames.close();
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => this.#frames.subscribe(listener);

  readonly frame = (): Frame => this.#frames.frame();

  /** Keys by name, in the order they were pressed. Drawn at once. */
  press(keys: readonly string[]): void {
    for (const key of keys) {
      const id = resolveKey(this.#ui, key, this.#look.keys);
      if (id !== null) this.#dispatch({ kind: "key", id });
      else if (takesText(this.#ui)) this.#dispatch({ kind: "typed", key });
    }
    this.#frames.flush();
  }

  /** Text from the clipboard. Drawn at once. */
  paste(text: string): void {
    if (takesText(this.#ui)) this.#dispatch({ kind: "pasted", text });
    this.#frames.flush();
  }

  /** What the mouse did on the newest frame. Drawn at once. */
  mouse(event: MouseEvent): void {
    for (const id of mouseBindings(this.frame(), event)) this.#dispatch({ kind: "key", id });
    this.#frames.flush();
  }

  /** The settings were read again, or the terminal told more about itself. Drawn at once. */
  setLook(look: Look): void {
    const isRead = look.mistakes !== this.#look.mistakes;
    this.#look = look;
    this.#staleTheme = staleTheme(look.theme);
    if (isRead) this.#dispatch({ kind: "settingsRead", mistakes: look.mistakes });
    this.#frames.flush();
  }

  resize(columns: number, rows: number): void {
    this.#frames.resize(columns, rows);
  }

  /** The terminal takes output again. */
  resume(): void {
    this.#frames.request();
  }

  #onUpdate(change: Update): void {
    this.#fleet = applyUpdate(this.#fleet, change);
    if (change.kind === "events") {
      for (const { event } of change.events) {
        for (const unit of unitsOfEvent(event)) this.#details.poke(unit);
        const said = messageForEvent(event, this.#fleet.snapshot);
        if (said !== null) this.#dispatch({ kind: "said", message: this.#engine.passing(said.level, said.text) });
      }
    }
    this.#dispatch({ kind: "fleetChanged" });
    this.#frames.request(fleetIntervalMs);
  }

  #dispatch(action: Action): void {
    if (this.#isClosed) return;
    // A key must scroll over what is there now, which may be newer than what was drawn.
    if (action.kind === "key" || action.kind === "matchFound") this.#frames.rebuild();
    const { state, effects } = update(this.#ui, action, this.#surroundings());
    this.#ui = state;
    this.#readSelectedLog();
    this.#lookForSources();
    const { dialog } = this.#ui;
    this.#details.watch(dialog.kind === "details" ? detailsUnit(dialog) : null);
    for (const effect of effects) this.#perform(effect);
  }

  #surroundings(): Surroundings {
    const { log, details, strays, banner } = this.#frames.frame();
    return {
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      ranks: this.#usage.store.ranks(),
      startedFleet: this.#options.startedFleet,
      keys: this.#look.keys,
      log: {
        items: log.items,
        lineAt: (seq) => this.#log.buffer.at(seq),
        height: log.height,
        isLive: log.status.isLive,
      },
      ...(details === null ? {} : { details }),
      ...(strays === null ? {} : { strays }),
      helpLastTop: this.#ui.dialog.kind === "help" ? this.#helpLastTop(banner.length) : 0,
    };
  }

  #helpLastTop(bannerRows: number): number {
    const { keys, theme } = this.#look;
    return helpLastTop(keys, theme, Math.max(0, this.#frames.size.rows - helpChromeRows - bannerRows));
  }

  #readSelectedLog(): void {
    const { snapshot } = this.#fleet;
    if (snapshot === null) return;
    this.#log.show(this.#ui, snapshot);
  }

  /** Of what is shown: the selected service, and the one whose details are open. */
  #lookForSources(): void {
    const { snapshot } = this.#fleet;
    const { dialog, selected } = this.#ui;
    const shown = dialog.kind === "details" ? [selected, dialog.service] : [selected];
    for (const service of snapshot?.services ?? []) {
      if (shown.includes(service.name)) this.#sources.look(service.build.failure, service.dir, snapshot?.root ?? "");
    }
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "send":
      case "lookForStrays":
      case "startDaemon":
        this.#engine.perform(effect);
        return;
      case "readOlderLogs":
      case "readNewerLogs":
      case "readFirstLogs":
      case "findMatch":
      case "stopFinding":
      case "copyLines":
      case "openLog":
        this.#log.perform(effect);
        return;
      case "say":
        this.#engine.say(effect.level, effect.text);
        return;
      case "revealVariable":
        void this.#details.reveal(effect.variable);
        return;
      case "leave":
        this.#options.onLeave(effect.outcome);
        return;
    }
  }

  #build(size: ScreenSize, previous: Frame | null): Frame {
    return buildFrame({
      ui: this.#ui,
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      theme: this.#fleet.disconnected === null ? this.#look.theme : this.#staleTheme,
      size,
      keys: this.#look.keys,
      details: this.#details.data(),
      addresses: (failure) => this.#sources.of(failure),
      buffer: this.#log.buffer,
      status: this.#log.status(),
      matches: this.#log.matches(),
      usage: this.#usage.store.services(),
      ranks: this.#usage.store.ranks(),
      previous,
    });
  }
}

function takesText(ui: UiState): boolean {
  return isTyping(ui) || ui.dialog.kind === "palette";
}
