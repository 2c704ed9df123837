import { messageOf } from "../../lib/message-of.ts";
import type { EngineClient } from "../../model/client.ts";
import { type FleetSnapshot, vendorsOf } from "../../model/snapshot.ts";
import type { Action } from "../state/action.ts";
import type { Effect } from "../state/effect.ts";
import { logPattern } from "../state/log-pattern.ts";
import { lineKey } from "../state/log-search.ts";
import { shownLog } from "../state/shown-log.ts";
import type { Message, UiState } from "../state/ui-state.ts";
import { clipboardCodes } from "../terminal/clipboard-codes.ts";
import { counted } from "../text/amount.ts";
import type { LogBuffer } from "./log-buffer.ts";
import { exportLog } from "./log-export.ts";
import { LogFeed } from "./log-feed.ts";
import type { LogFeedStatus } from "./log-feed-status.ts";
import { LogFinder, type MatchCount, type Wanted } from "./log-finder.ts";
import { plainLines } from "./log-text.ts";

/** What takes longer says that it is under way. */
const slowMs = 300;

/** What the log pane may do outside the dashboard. */
export interface LogOutlet {
  /** Sends a sequence that shows nothing to the user's terminal. */
  write(codes: string): void;
  /** Gives the terminal to the user's pager or editor with a file, until that ends. Rejects where there is none to run. */
  view(path: string): Promise<void>;
}

interface LogDeskOptions {
  client: EngineClient;
  outlet: LogOutlet | null;
  onChange(): void;
  dispatch(action: Action): void;
  say(level: Message["level"], text: string): void;
}

/** What an effect of the log pane is: all of them are carried out here. */
export type LogEffect = Extract<
  Effect,
  {
    kind: "readOlderLogs" | "readNewerLogs" | "readFirstLogs" | "findMatch" | "stopFinding" | "copyLines" | "openLog";
  }
>;

/** All that the log pane needs of the world: reads the log that is shown, looks for matches in it, copies and opens it. */
export class LogDesk {
  readonly #options: LogDeskOptions;
  readonly #feed: LogFeed;
  readonly #finder: LogFinder;
  #shown: { units: string[]; vendors: ReadonlySet<string>; label: string; filter: string | undefined } = {
    units: [],
    vendors: new Set(),
    label: "All",
    filter: undefined,
  };
  #opening: AbortController | null = null;

  constructor(options: LogDeskOptions) {
    this.#options = options;
    this.#finder = new LogFinder(options.client, options.onChange);
    this.#feed = new LogFeed(options.client, () => {
      this.#finder.grew();
      options.onChange();
    });
  }

  get buffer(): LogBuffer {
    return this.#feed.buffer;
  }

  status(): LogFeedStatus {
    return this.#feed.status();
  }

  matches(): MatchCount | null {
    return this.#finder.status();
  }

  /** Reads, from now on, what the state says is shown. Nothing happens where that is the same as before. */
  show(ui: UiState, snapshot: FleetSnapshot): void {
    const { tab, key } = shownLog(ui, snapshot);
    const filterText = ui.logs.filters[key];
    const filter = filterText === undefined ? null : logPattern(filterText);
    const vendors = new Set(vendorsOf(snapshot).map((v) => v.name));
    this.#shown = { units: tab.units, vendors, label: tab.label, filter: filterText };
    const pattern = ui.logs.search?.pattern ?? null;
    const wanted: Wanted | null =
      pattern === null ? null : { units: tab.units, patterns: filter === null ? [pattern] : [pattern, filter] };
    this.#finder.look(wanted);
    this.#feed.watch(tab.units, filter);
    this.#feed.setFollowing(ui.logs.scroll.kind === "follow");
  }

  perform(effect: LogEffect): void {
    switch (effect.kind) {
      case "readOlderLogs":
        void this.#feed.loadOlder();
        return;
      case "readNewerLogs":
        void this.#feed.loadNewer();
        return;
      case "readFirstLogs":
        void this.#feed.loadStart();
        return;
      case "findMatch":
        void this.#find(effect.step);
        return;
      case "stopFinding":
        this.#finder.stop();
        return;
      case "copyLines":
        this.#copy(effect.from, effect.to);
        return;
      case "openLog":
        void this.#open();
        return;
    }
  }

  close(): void {
    this.#opening?.abort();
    this.#feed.close();
    this.#finder.close();
  }

  async #find(step: -1 | 1): Promise<void> {
    const { dispatch, say, onChange } = this.#options;
    const from = step === -1 ? this.buffer.before : this.buffer.after;
    try {
      const found = from === null ? null : await this.#finder.find(from, step);
      if (found === "stopped") return;
      if (found === null) {
        dispatch({ kind: "matchFound", step, match: null });
      } else if (await this.#feed.loadAround(found.cursor)) {
        const key = lineKey(found.line);
        const seq = this.buffer.find((line) => lineKey(line) === key);
        dispatch({ kind: "matchFound", step, match: seq === null ? null : { seq, key } });
      }
    } catch (error) {
      dispatch({ kind: "matchFound", step, match: null });
      say("error", `the log cannot be searched: ${messageOf(error)}`);
    }
    onChange();
  }

  #copy(from: number, to: number): void {
    const { outlet, say } = this.#options;
    if (outlet === null) return;
    const lines = plainLines(this.buffer.lines(from, to));
    if (lines.length === 0) {
      say("info", "nothing to copy");
      return;
    }
    const { codes, count } = clipboardCodes(lines);
    if (count === 0) {
      say("warning", "nothing copied: a terminal takes 74 kB, and the last line alone is longer");
      return;
    }
    outlet.write(codes);
    if (count < lines.length) {
      say("warning", `copied the last ${count} of ${counted(lines.length, "line")}: a terminal takes 74 kB`);
    } else {
      say("info", `copied ${counted(count, "line")} to the terminal's clipboard`);
    }
  }

  async #open(): Promise<void> {
    const { client, outlet, say } = this.#options;
    if (outlet === null || this.#opening !== null) return;
    const { units, vendors, label, filter } = this.#shown;
    const opening = new AbortController();
    this.#opening = opening;
    const slow = setTimeout(() => say("info", `reading the log of ${label} …`), slowMs);
    try {
      const wanted = { units, vendors, filter: filter === undefined ? null : logPattern(filter), name: label };
      const log = await exportLog(client, wanted, opening.signal);
      try {
        clearTimeout(slow);
        await outlet.view(log.path);
        if (log.isCut) say("info", `the log of ${label} is longer: these were its newest 100,000 lines`);
      } finally {
        log.remove();
      }
    } catch (error) {
      if (!opening.signal.aborted) say("error", `the log cannot be opened: ${messageOf(error)}`);
    } finally {
      clearTimeout(slow);
      this.#opening = null;
    }
  }
}
