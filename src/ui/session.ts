import { randomUUID } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { Command, CommandReply, CommandRequest } from "../model/command.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { buildFrame, type Frame } from "./frame.ts";
import { mouseBindings } from "./keys/mouse-bindings.ts";
import { defaultKeys, type KeyTable } from "./keys/rebind.ts";
import { resolveKey } from "./keys/resolve-key.ts";
import { helpLastTop } from "./panes/help/help-lines.ts";
import type { Action } from "./state/action.ts";
import { detailsUnit } from "./state/details.ts";
import type { Effect } from "./state/effect.ts";
import { applyUpdate, type FleetView, unknownFleet } from "./state/fleet-view.ts";
import { isTyping } from "./state/is-typing.ts";
import { messageForEvent } from "./state/message-for-event.ts";
import { nextChangeAt } from "./state/next-change.ts";
import type { Surroundings } from "./state/surroundings.ts";
import { initialUiState, type Message, type UiState } from "./state/ui-state.ts";
import { unitsOfEvent } from "./state/units-of-event.ts";
import { update } from "./state/update.ts";
import { DetailsFeed } from "./store/details-feed.ts";
import { LogDesk, type LogOutlet } from "./store/log-desk.ts";
import { Ticker } from "./store/ticker.ts";
import { UsageFeed } from "./store/usage-feed.ts";
import type { MouseEvent } from "./terminal/mouse.ts";
import { staleTheme, type Theme } from "./theme/theme.ts";

/** How the user left. */
export type Leaving = "left-running" | "stopped" | "nothing-ran";

interface SessionOptions {
  client: EngineClient;
  clock: Clock;
  theme: Theme;
  size: { columns: number; rows: number };
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
  /** Said as soon as the session is open. */
  notice?: string | null;
  /** False while the terminal has not taken what was written. */
  canDraw(): boolean;
  onLeave(how: Leaving): void;
}

/** At most twelve frames a second for lines that scroll by: a key is drawn at once, and nobody reads faster. */
const frameIntervalMs = 80;
/** And five for services that change all the time; the first change after a calm is drawn at once. */
const fleetIntervalMs = 190;
const messageMs = 8000;
/** A command that takes longer says that it is under way. */
const slowCommandMs = 300;
const helpChromeRows = 4;

/**
 * One open dashboard without its screen: takes keys and updates, keeps the state, does what `update` asks for, and hands out frames. React reads
 * frames from here and knows nothing else.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #log: LogDesk;
  readonly #details: DetailsFeed;
  readonly #usage: UsageFeed;
  readonly #ticker: Ticker;
  readonly #staleTheme: Theme;
  readonly #keys: KeyTable;
  #size: { columns: number; rows: number };
  #ui: UiState = initialUiState;
  #fleet: FleetView = unknownFleet;
  #frame: Frame;
  #listeners = new Set<() => void>();
  #subscription: Subscription | null = null;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#size = options.size;
    this.#keys = options.keys ?? defaultKeys;
    this.#staleTheme = staleTheme(options.theme);
    this.#log = new LogDesk({
      client: options.client,
      outlet: options.outlet ?? null,
      onChange: () => this.#ticker.request(),
      dispatch: (action) => this.#dispatch(action),
      say: (level, text) => this.#say(level, text),
    });
    this.#usage = new UsageFeed(options.client, () => this.#ticker.request());
    this.#details = new DetailsFeed(options.client, options.clock, () => this.#ticker.request());
    this.#ticker = new Ticker({
      clock: options.clock,
      intervalMs: frameIntervalMs,
      canDraw: options.canDraw,
      draw: () => this.#draw(),
      nextChangeAt: (now) => nextChangeAt(this.#fleet, this.#ui, now),
    });
    this.#frame = this.#build(null);
  }

  open(): void {
    const { snapshot } = this.#options;
    if (snapshot !== null) {
      this.#onUpdate({ kind: "snapshot", snapshot });
      this.#ticker.flush();
    }
    const { notice = null } = this.#options;
    if (notice !== null) this.#say("warning", notice);
    this.#subscription = this.#options.client.subscribe((change) => this.#onUpdate(change));
    if (!this.#options.autoStart) return;
    const select = { names: [], except: [] };
    void this.#send({ kind: "start", select, noDeps: false, overrides: {} }, "start");
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription?.close();
    this.#log.close();
    this.#details.close();
    this.#usage.close();
    this.#ticker.close();
    this.#listeners.clear();
  }

  /** For React's useSyncExternalStore. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly frame = (): Frame => this.#frame;

  /** Keys by name, in the order they were pressed. Drawn at once. */
  press(keys: readonly string[]): void {
    for (const key of keys) {
      const id = resolveKey(this.#ui, key, this.#keys);
      if (id !== null) this.#dispatch({ kind: "key", id });
      else if (takesText(this.#ui)) this.#dispatch({ kind: "typed", key });
    }
    this.#ticker.flush();
  }

  /** Text from the clipboard. Drawn at once. */
  paste(text: string): void {
    if (takesText(this.#ui)) this.#dispatch({ kind: "pasted", text });
    this.#ticker.flush();
  }

  /** What the mouse did on the newest frame. Drawn at once. */
  mouse(event: MouseEvent): void {
    for (const id of mouseBindings(this.#frame, event)) this.#dispatch({ kind: "key", id });
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

  #onUpdate(change: Update): void {
    this.#fleet = applyUpdate(this.#fleet, change);
    if (change.kind === "events") {
      for (const { event } of change.events) {
        for (const unit of unitsOfEvent(event)) this.#details.poke(unit);
        const said = messageForEvent(event);
        if (said !== null) this.#dispatch({ kind: "said", message: this.#message(said.level, said.text) });
      }
    }
    this.#dispatch({ kind: "fleetChanged" });
    this.#ticker.request(fleetIntervalMs);
  }

  #dispatch(action: Action): void {
    if (this.#isClosed) return;
    // A key must scroll over what is there now, which may be newer than what was drawn.
    if (action.kind === "key" || action.kind === "matchFound") this.#frame = this.#build();
    const { state, effects } = update(this.#ui, action, this.#surroundings());
    this.#ui = state;
    this.#readSelectedLog();
    const { dialog } = this.#ui;
    this.#details.watch(dialog.kind === "details" ? detailsUnit(dialog) : null);
    for (const effect of effects) this.#perform(effect);
  }

  #surroundings(): Surroundings {
    const { log } = this.#frame;
    return {
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      ranks: this.#usage.store.ranks(),
      startedFleet: this.#options.startedFleet,
      keys: this.#keys,
      log: {
        items: log.items,
        lineAt: (seq) => this.#log.buffer.at(seq),
        height: log.height,
        isLive: log.status.isLive,
      },
      ...(this.#frame.details === null ? {} : { details: this.#frame.details }),
      helpLastTop: helpLastTop(this.#keys, this.#options.theme, Math.max(0, this.#size.rows - helpChromeRows)),
    };
  }

  #readSelectedLog(): void {
    const { snapshot } = this.#fleet;
    if (snapshot === null) return;
    this.#log.show(this.#ui, snapshot);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "send":
        void this.#send(effect.command, effect.label);
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
        this.#say(effect.level, effect.text);
        return;
      case "revealVariable":
        void this.#details.reveal(effect.variable);
        return;
      case "startDaemon":
        void this.#startDaemon();
        return;
      case "leave":
        this.#options.onLeave(effect.outcome);
        return;
    }
  }

  async #send(command: Command, label: string): Promise<void> {
    const underWay = `${label} …`;
    const timer = setTimeout(() => {
      // What the user has to know stays until it was read.
      if (this.#ui.message === null || this.#ui.message.level === "info") this.#say("info", underWay);
    }, slowCommandMs);
    const outcome = await this.#ask(command);
    clearTimeout(timer);
    if (this.#ui.message?.text === underWay) this.#dispatch({ kind: "said", message: null });
    if (!outcome.ok) {
      const message = this.#message("error", outcome.message);
      this.#dispatch(command.kind === "down" ? { kind: "downRefused", message } : { kind: "said", message });
    } else if (command.kind === "down") {
      this.#dispatch({ kind: "downAccepted", revision: outcome.revision });
    } else if (outcome.notes.length > 0) {
      this.#say("info", outcome.notes.join(" "));
    }
    this.#ticker.request();
  }

  async #ask(
    command: Command,
  ): Promise<{ ok: true; revision: number; notes: string[] } | { ok: false; message: string }> {
    const request: CommandRequest = {
      command,
      origin: "dashboard",
      // With every verb, as from the command line: hooks need it, and a start takes it over.
      callerEnv: this.#options.callerEnv,
      lease: null,
      commandId: randomUUID(),
    };
    try {
      const reply: CommandReply = await this.#options.client.send(request);
      return reply.ok ? reply : { ok: false, message: withSuggestion(reply.error) };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }

  async #startDaemon(): Promise<void> {
    this.#say("info", "starting a daemon …");
    const problem = (await this.#options.startDaemon?.()) ?? null;
    if (problem !== null) this.#say("error", problem);
  }

  #say(level: Message["level"], text: string): void {
    this.#dispatch({ kind: "said", message: this.#message(level, text) });
    this.#ticker.request();
  }

  #message(level: Message["level"], text: string): Message {
    return { level, text, until: this.#options.clock.now() + messageMs };
  }

  #draw(): void {
    this.#frame = this.#build();
    this.#usage.setWatched(this.#frame.grid.needsUsage);
    for (const listener of this.#listeners) listener();
  }

  #build(previous: Frame | null = this.#frame): Frame {
    return buildFrame({
      ui: this.#ui,
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      theme: this.#fleet.disconnected === null ? this.#options.theme : this.#staleTheme,
      size: this.#size,
      keys: this.#keys,
      details: this.#details.data(),
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

function withSuggestion(error: Extract<CommandReply, { ok: false }>["error"]): string {
  return error.kind === "unknown-name" && error.suggestion !== null
    ? `${error.message} (did you mean ${error.suggestion}?)`
    : error.message;
}
