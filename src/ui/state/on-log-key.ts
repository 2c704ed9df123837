import { hold, rowsAbove, type Scroll, scrollBy } from "../widgets/scroll-view/scroll.ts";
import type { Effect } from "./effect.ts";
import { activeTabIndex, logTabs } from "./log-tab.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

type LogKey =
  | "line-down"
  | "line-up"
  | "logs-first"
  | "logs-last"
  | "tab-left"
  | "tab-right"
  | "page-up"
  | "page-down"
  | "half-page-up"
  | "half-page-down"
  | "follow"
  | "wrap"
  | "times";

/** Keys of the log pane: scrolling, tabs and how lines look. */
export function onLogKey(state: UiState, key: LogKey, around: Surroundings): Updated {
  const { height } = around.log;
  const page = Math.max(1, height - 1);
  const half = Math.max(1, Math.floor(height / 2));
  switch (key) {
    case "line-down":
      return scrolled(state, around, 1);
    case "line-up":
      return scrolled(state, around, -1);
    case "page-down":
      return scrolled(state, around, page);
    case "page-up":
      return scrolled(state, around, -page);
    case "half-page-down":
      return scrolled(state, around, half);
    case "half-page-up":
      return scrolled(state, around, -half);
    case "logs-first":
      // Wherever the oldest line that can be had turns out to be.
      return withScroll(state, { kind: "at", seq: Number.MIN_SAFE_INTEGER, row: 0 }, [{ kind: "readFirstLogs" }]);
    case "logs-last":
      return withScroll(state, { kind: "follow" });
    case "follow":
      return state.logs.scroll.kind === "follow" ? held(state, around) : withScroll(state, { kind: "follow" });
    case "tab-left":
      return { state: withTab(state, around, -1), effects: [] };
    case "tab-right":
      return { state: withTab(state, around, 1), effects: [] };
    case "wrap":
      return { state: { ...state, logs: { ...state.logs, isWrapped: !state.logs.isWrapped } }, effects: [] };
    case "times":
      return { state: { ...state, logs: { ...state.logs, hasTimes: !state.logs.hasTimes } }, effects: [] };
  }
}

function scrolled(state: UiState, { log }: Surroundings, rows: number): Updated {
  const scroll = scrollBy(log.items, state.logs.scroll, log.height, rows);
  const effects: Effect[] = [];
  // Older lines are fetched two pages before they are needed, newer ones when the end of the buffer shows.
  const ahead = 2 * log.height;
  if (rows < 0 && rowsAbove(log.items, scroll, log.height, ahead) < ahead) effects.push({ kind: "readOlderLogs" });
  if (rows > 0 && scroll.kind === "follow" && !log.isLive) {
    return withScroll(state, hold(log.items, log.height), [{ kind: "readNewerLogs" }]);
  }
  return withScroll(state, scroll, effects);
}

/** Stops following, where it is. */
function held(state: UiState, { log }: Surroundings): Updated {
  return withScroll(state, hold(log.items, log.height));
}

function withScroll(state: UiState, scroll: Scroll, effects: Effect[] = []): Updated {
  return { state: { ...state, logs: { ...state.logs, scroll } }, effects };
}

function withTab(state: UiState, { fleet }: Surroundings, step: number): UiState {
  const service = fleet.snapshot?.services.find((s) => s.name === state.selected) ?? null;
  const tabs = logTabs(service);
  const index = activeTabIndex(tabs, state.logs.tab);
  const next = tabs[Math.max(0, Math.min(index + step, tabs.length - 1))];
  if (next === undefined || tabs[index] === next) return state;
  return { ...state, logs: { ...state.logs, tab: next.tab, isTabChosen: true, scroll: { kind: "follow" } } };
}
