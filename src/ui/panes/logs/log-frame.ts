import { shownName } from "../../../model/replica.ts";
import type { FleetSnapshot } from "../../../model/snapshot.ts";
import { type LogPattern, logPattern } from "../../state/log-pattern.ts";
import { selectedRange } from "../../state/log-selection.ts";
import type { LogTabItem } from "../../state/log-tab.ts";
import { typedFor } from "../../state/prompt.ts";
import { shownLog } from "../../state/shown-log.ts";
import type { UiState } from "../../state/ui-state.ts";
import type { LogBuffer } from "../../store/log-buffer.ts";
import type { LogFeedStatus } from "../../store/log-feed-status.ts";
import type { MatchCount } from "../../store/log-finder.ts";
import type { Theme } from "../../theme/theme.ts";
import { hold, type Items } from "../../widgets/scroll-view/scroll.ts";
import { logLook } from "./log-look.ts";
import type { LogMarks } from "./log-marks.ts";
import { logItems, visibleLogRows } from "./log-rows.ts";

/** What the log pane is drawn from. */
export interface LogFrame {
  tabs: LogTabItem[];
  activeTab: number;
  status: LogFeedStatus;
  rows: string[];
  items: Items;
  /** Rows of the pane that show lines. */
  height: number;
  /** Lines below what is shown. */
  linesBelow: number;
  /** Only lines that match it are shown in this tab; null where all are. */
  filter: LogPattern | null;
  /** Null while nothing is looked for. */
  matches: MatchCount | null;
  /** How many lines are selected; 0 where none is. */
  selectedLines: number;
}

interface LogFrameParts {
  ui: UiState;
  snapshot: FleetSnapshot | null;
  theme: Theme;
  columns: number;
  /** Of the whole pane. */
  rows: number;
  buffer: LogBuffer;
  status: LogFeedStatus;
  matches: MatchCount | null;
}

const tabRow = 1;
const promptRow = 1;

/** True while the log pane asks for a text. */
export function hasLogPrompt({ prompt }: UiState): boolean {
  return prompt !== null && prompt.for !== "services-filter";
}

/** Puts the log's part of a frame together. Pure but for the buffer, which it reads as it is now. */
export function logFrame({ ui, snapshot, theme, columns, rows, buffer, status, matches }: LogFrameParts): LogFrame {
  const services = snapshot?.services ?? [];
  const { tabs, active, key } = shownLog(ui, snapshot);
  const look = logLook({
    columns,
    isWrapped: ui.logs.isWrapped,
    hasTimes: ui.logs.hasTimes,
    units: services.flatMap((s) => s.replicas.map(shownName)),
    services: services.map((s) => s.name),
    vendors: new Set(services.filter((s) => s.vendor !== undefined).map((s) => s.name)),
    theme,
  });
  const filterText = ui.logs.filters[key];
  const filter = filterText === undefined ? null : logPattern(filterText);
  const marks: LogMarks = {
    pattern: shownPattern(ui),
    at: ui.logs.search?.at ?? null,
    selected: stillThere(selectedRange(ui.logs.selection, key), buffer),
  };
  const height = Math.max(0, rows - tabRow - (hasLogPrompt(ui) ? promptRow : 0));
  const items = logItems(buffer, look, marks);
  const { scroll } = ui.logs;
  const bottom = hold(items, height);
  const isBehind = scroll.kind === "at" && bottom.kind === "at";
  return {
    tabs,
    activeTab: active,
    status,
    rows: visibleLogRows(buffer, look, scroll, height, marks),
    items,
    height,
    linesBelow: isBehind ? Math.max(0, bottom.seq - Math.max(scroll.seq, items.first)) : 0,
    filter,
    matches,
    selectedLines: marks.selected === null ? 0 : marks.selected.to - marks.selected.from + 1,
  };
}

/** Of a selection, the lines that are in the buffer: a jump may have put others there. */
function stillThere(range: LogMarks["selected"], { first, last }: LogBuffer): LogMarks["selected"] {
  if (range === null || range.to < first || range.from > last) return null;
  return { from: Math.max(range.from, first), to: Math.min(range.to, last) };
}

/** What is being typed is marked already. */
function shownPattern({ prompt, logs }: UiState): LogPattern | null {
  const typed = typedFor(prompt, "logs-search") ?? typedFor(prompt, "logs-filter");
  if (typed !== null) return typed === "" ? null : logPattern(typed);
  return logs.search?.pattern ?? null;
}
