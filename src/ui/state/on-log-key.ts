import { hold, rowsAbove, type Scroll, scrollBy } from "../widgets/scroll-view/scroll.ts";
import type { Effect } from "./effect.ts";
import { askToSearch, findMatch, toggleFilter } from "./on-log-search.ts";
import { copyLines, selectionMoved, toggleSelection } from "./on-log-select.ts";
import { togglePin } from "./pin.ts";
import { shownLog } from "./shown-log.ts";
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
  | "times"
  | "search"
  | "match-next"
  | "match-previous"
  | "filter"
  | "select-lines"
  | "copy"
  | "open-log"
  | "pin";

/** Keys of the log pane: scrolling, tabs and how lines look. */
export function onLogKey(state: UiState, key: LogKey, around: Surroundings): Updated {
  const { height } = around.log;
  const page = Math.max(1, height - 1);
  const half = Math.max(1, Math.floor(height / 2));
  const selecting = selectionSteps(key, page, half);
  const extended = selecting === null ? null : selectionMoved(state, selecting, around);
  if (extended !== null) return extended;
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
    case "search":
      return askToSearch(state);
    case "match-next":
      return findMatch(state, -1, around);
    case "match-previous":
      return findMatch(state, 1, around);
    case "filter":
      return toggleFilter(state, around);
    case "select-lines":
      return toggleSelection(state, around);
    case "copy":
      return copyLines(state, around);
    case "open-log":
      return { state, effects: [{ kind: "openLog" }] };
    case "pin":
      return togglePin(state);
  }
}

/** Lines by which a key moves the end of a selection; null for one that does not. */
function selectionSteps(key: LogKey, page: number, half: number): number | null {
  switch (key) {
    case "line-down":
      return 1;
    case "line-up":
      return -1;
    case "page-down":
      return page;
    case "page-up":
      return -page;
    case "half-page-down":
      return half;
    case "half-page-up":
      return -half;
    case "logs-first":
      return -Number.MAX_SAFE_INTEGER;
    case "logs-last":
      return Number.MAX_SAFE_INTEGER;
    default:
      return null;
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
  const { tabs, active } = shownLog(state, fleet.snapshot);
  const next = tabs[Math.max(0, Math.min(active + step, tabs.length - 1))];
  if (next === undefined || tabs[active] === next) return state;
  return { ...state, logs: { ...state.logs, tab: next.tab, isTabChosen: true, scroll: { kind: "follow" } } };
}
