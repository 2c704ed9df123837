import type { LogLine } from "../../model/log.ts";
import { hold, reveal, rowsAbove, visibleParts } from "../widgets/scroll-view/scroll.ts";
import type { Effect } from "./effect.ts";
import { linesMatch } from "./line-matches.ts";
import { logPattern } from "./log-pattern.ts";
import { type LogSearch, lineKey } from "./log-search.ts";
import { promptFor } from "./prompt.ts";
import { shownLog } from "./shown-log.ts";
import type { Surroundings, Updated } from "./surroundings.ts";
import type { UiState } from "./ui-state.ts";

/** `/`: asks what to look for. */
export function askToSearch(state: UiState): Updated {
  return { state: { ...state, focus: "logs", prompt: promptFor("logs-search") }, effects: [] };
}

/** What was typed is looked for, from the bottom of the view upwards. Nothing typed ends the search. */
export function searchTaken(state: UiState, text: string, around: Surroundings): Updated {
  if (text === "") return withSearch(state, null);
  const search: LogSearch = { pattern: logPattern(text), at: null, finding: null };
  return findMatch(withSearch(state, search).state, -1, around);
}

/**
 * The next older (-1) or newer (1) match. It goes on from the one that was jumped to while that is on the screen, else from what is. What the
 * buffer holds is looked through here; the rest is on disk, and takes its time.
 */
export function findMatch(state: UiState, step: -1 | 1, around: Surroundings): Updated {
  const { search, scroll } = state.logs;
  if (search === null) return askToSearch(state);
  if (search.finding === step) return { state, effects: [] };
  const { items, height, lineAt, isLive } = around.log;
  const seqs = visibleParts(items, scroll, height).map(({ seq }) => seq);
  const current = seqs.find((seq) => {
    const line = lineAt(seq);
    return line !== null && lineKey(line) === search.at;
  });
  const edge = step === -1 ? (seqs.at(-1) ?? items.last) : (seqs[0] ?? items.first);
  const from = current === undefined ? edge : current + step;
  for (const lines of linesFrom(from, step, around.log)) {
    const verdicts = linesMatch(
      lines.map(({ line }) => line),
      search.pattern,
    );
    const found = lines[verdicts.indexOf(true)];
    if (found !== undefined) return jumpedTo(state, found.seq, lineKey(found.line), around);
  }
  if (step === 1 && isLive) return notFound(withSearch(state, { ...search, finding: null }).state, step);
  const found = withSearch(state, { ...search, finding: step }).state;
  // What is looked at stays where it is meanwhile.
  const held = scroll.kind === "follow" ? { ...found, logs: { ...found.logs, scroll: hold(items, height) } } : found;
  return { state: held, effects: [{ kind: "findMatch", step }] };
}

const linesAtOnce = 256;

/** What the buffer holds from a place on, some at a time. */
function* linesFrom(
  from: number,
  step: -1 | 1,
  { items, lineAt }: Surroundings["log"],
): Generator<{ seq: number; line: LogLine }[]> {
  let lines: { seq: number; line: LogLine }[] = [];
  for (let seq = from; seq >= items.first && seq <= items.last; seq += step) {
    const line = lineAt(seq);
    if (line !== null) lines.push({ seq, line });
    if (lines.length < linesAtOnce) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

/** The answer of the disk. The lines around the match are in the buffer by now. */
export function matchFound(
  state: UiState,
  step: -1 | 1,
  match: { seq: number; key: string } | null,
  around: Surroundings,
): Updated {
  const { search } = state.logs;
  if (search?.finding !== step) return { state, effects: [] };
  if (match === null) return notFound(withSearch(state, { ...search, finding: null }).state, step);
  return jumpedTo(state, match.seq, match.key, around);
}

/** `f`: only matching lines in this tab, or all again. Asks for an expression where nothing is looked for. */
export function toggleFilter(state: UiState, around: Surroundings): Updated {
  const { key } = shownLog(state, around.fleet.snapshot);
  if (state.logs.filters[key] !== undefined) return withFilter(state, key, null);
  const { search } = state.logs;
  if (search !== null) return withFilter(state, key, search.pattern.text);
  return { state: { ...state, focus: "logs", prompt: promptFor("logs-filter") }, effects: [] };
}

/** What was typed is what lines of this tab have to match. */
export function filterTaken(state: UiState, text: string, around: Surroundings): Updated {
  return withFilter(state, shownLog(state, around.fleet.snapshot).key, text === "" ? null : text);
}

/** Ends the search. */
export function searchEnded(state: UiState): Updated {
  return withSearch(state, null);
}

function jumpedTo(state: UiState, seq: number, key: string, { log }: Surroundings): Updated {
  const { search } = state.logs;
  if (search === null) return { state, effects: [] };
  const scroll = reveal(log.items, state.logs.scroll, log.height, seq);
  const ahead = 2 * log.height;
  const effects: Effect[] = rowsAbove(log.items, scroll, log.height, ahead) < ahead ? [{ kind: "readOlderLogs" }] : [];
  return {
    state: { ...state, logs: { ...state.logs, scroll, search: { ...search, at: key, finding: null } } },
    effects,
  };
}

function notFound(state: UiState, step: -1 | 1): Updated {
  const { search } = state.logs;
  const where = search?.at === null ? "at or above this line" : step === -1 ? "further up" : "further down";
  const text = `no match for "${search?.pattern.text ?? ""}" ${where}`;
  return { state, effects: [{ kind: "say", level: "info", text }] };
}

function withSearch(state: UiState, search: LogSearch | null): Updated {
  const wasFinding = state.logs.search?.finding !== null && state.logs.search !== null;
  const isFinding = search?.finding !== null && search !== null;
  return {
    state: { ...state, logs: { ...state.logs, search } },
    effects: wasFinding && !isFinding ? [{ kind: "stopFinding" }] : [],
  };
}

function withFilter(state: UiState, key: string, text: string | null): Updated {
  const { [key]: _old, ...others } = state.logs.filters;
  const filters = text === null ? others : { ...others, [key]: text };
  return { state: { ...state, logs: { ...state.logs, filters, scroll: { kind: "follow" } } }, effects: [] };
}
