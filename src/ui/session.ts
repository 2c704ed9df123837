import { randomUUID } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import type { EngineClient, Subscription, Update } from "../model/client.ts";
import type { Command, CommandReply, CommandRequest } from "../model/command.ts";
import type { FleetSnapshot } from "../model/snapshot.ts";
import { buildFrame, type Frame } from "./frame.ts";
import { resolveKey } from "./keys/resolve-key.ts";
import { helpLastTop } from "./panes/help/help-lines.ts";
import type { Action } from "./state/action.ts";
import type { Effect } from "./state/effect.ts";
import { applyUpdate, type FleetView, unknownFleet } from "./state/fleet-view.ts";
import { activeTabIndex, logTabs } from "./state/log-tab.ts";
import { messageForEvent } from "./state/message-for-event.ts";
import { nextChangeAt } from "./state/next-change.ts";
import type { Surroundings } from "./state/surroundings.ts";
import { initialUiState, type Message, type UiState } from "./state/ui-state.ts";
import { update } from "./state/update.ts";
import { LogFeed } from "./store/log-feed.ts";
import { Ticker } from "./store/ticker.ts";
import { staleTheme, type Theme } from "./theme/theme.ts";

/** How the user left. */
export type Leaving = "left-running" | "stopped" | "nothing-ran";

interface SessionOptions {
  client: EngineClient;
  clock: Clock;
  theme: Theme;
  size: { columns: number; rows: number };
  startedFleet: boolean;
  callerEnv: Record<string, string>;
  /** Asks for a start of what has `autostart` as soon as the session is open. */
  autoStart: boolean;
  /** What is known already, for the first frame. */
  snapshot: FleetSnapshot | null;
  /** False while the terminal has not taken what was written. */
  canDraw(): boolean;
  onLeave(how: Leaving): void;
}

/** At most thirty frames a second for what the engine says. */
const frameIntervalMs = 33;
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
  readonly #feed: LogFeed;
  readonly #ticker: Ticker;
  readonly #staleTheme: Theme;
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
    this.#staleTheme = staleTheme(options.theme);
    this.#feed = new LogFeed(options.client, () => this.#ticker.request());
    this.#ticker = new Ticker({
      clock: options.clock,
      intervalMs: frameIntervalMs,
      canDraw: options.canDraw,
      draw: () => this.#draw(),
      nextChangeAt: (now) => nextChangeAt(this.#fleet, this.#ui, now),
    });
    this.#frame = this.#build();
  }

  open(): void {
    const { snapshot } = this.#options;
    if (snapshot !== null) {
      this.#onUpdate({ kind: "snapshot", snapshot });
      this.#ticker.flush();
    }
    this.#subscription = this.#options.client.subscribe((change) => this.#onUpdate(change));
    if (!this.#options.autoStart) return;
    const select = { names: [], except: [] };
    void this.#send({ kind: "start", select, noDeps: false, overrides: {} }, "start");
  }

  close(): void {
    this.#isClosed = true;
    this.#subscription?.close();
    this.#feed.close();
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
      const id = resolveKey(this.#ui, key);
      if (id !== null) this.#dispatch({ kind: "key", id });
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

  #onUpdate(change: Update): void {
    this.#fleet = applyUpdate(this.#fleet, change);
    if (change.kind === "events") {
      for (const { event } of change.events) {
        const said = messageForEvent(event);
        if (said !== null) this.#dispatch({ kind: "said", message: this.#message(said.level, said.text) });
      }
    }
    this.#dispatch({ kind: "fleetChanged" });
    this.#ticker.request();
  }

  #dispatch(action: Action): void {
    if (this.#isClosed) return;
    // A key must scroll over what is there now, which may be newer than what was drawn.
    if (action.kind === "key") this.#frame = this.#build();
    const { state, effects } = update(this.#ui, action, this.#surroundings());
    this.#ui = state;
    this.#readSelectedLog();
    for (const effect of effects) this.#perform(effect);
  }

  #surroundings(): Surroundings {
    const { log } = this.#frame;
    return {
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      startedFleet: this.#options.startedFleet,
      log: { items: log.items, height: log.height, isLive: log.status.isLive },
      helpLastTop: helpLastTop(this.#options.theme, Math.max(0, this.#size.rows - helpChromeRows)),
    };
  }

  #readSelectedLog(): void {
    const { snapshot } = this.#fleet;
    if (snapshot === null) return;
    const tabs = logTabs(snapshot.services.find((s) => s.name === this.#ui.selected) ?? null);
    this.#feed.watch(tabs[activeTabIndex(tabs, this.#ui.logs.tab)]?.units ?? []);
    this.#feed.setFollowing(this.#ui.logs.scroll.kind === "follow");
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "send":
        void this.#send(effect.command, effect.label);
        return;
      case "readOlderLogs":
        void this.#feed.loadOlder();
        return;
      case "readNewerLogs":
        void this.#feed.loadNewer();
        return;
      case "readFirstLogs":
        void this.#feed.loadStart();
        return;
      case "leave":
        this.#options.onLeave(effect.outcome);
        return;
    }
  }

  async #send(command: Command, label: string): Promise<void> {
    const underWay = `${label} …`;
    const timer = setTimeout(() => this.#say("info", underWay), slowCommandMs);
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

  #say(level: Message["level"], text: string): void {
    this.#dispatch({ kind: "said", message: this.#message(level, text) });
    this.#ticker.request();
  }

  #message(level: Message["level"], text: string): Message {
    return { level, text, until: this.#options.clock.now() + messageMs };
  }

  #draw(): void {
    this.#frame = this.#build();
    for (const listener of this.#listeners) listener();
  }

  #build(): Frame {
    return buildFrame({
      ui: this.#ui,
      fleet: this.#fleet,
      now: this.#options.clock.now(),
      theme: this.#fleet.disconnected === null ? this.#options.theme : this.#staleTheme,
      size: this.#size,
      buffer: this.#feed.buffer,
      status: this.#feed.status(),
    });
  }
}

function withSuggestion(error: Extract<CommandReply, { ok: false }>["error"]): string {
  return error.kind === "unknown-name" && error.suggestion !== null
    ? `${error.message} (did you mean ${error.suggestion}?)`
    : error.message;
}
