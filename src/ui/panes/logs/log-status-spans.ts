import type { Frame } from "../../frame.ts";
import { amount, byteSize } from "../../text/amount.ts";
import { cut } from "../../text/display-width.ts";
import type { Span } from "../../theme/style.ts";
import { spansWidth } from "../../widgets/line/fit-spans.ts";
import { isOutputElsewhere } from "./output-elsewhere.ts";

/** A piece of what the tab row says about the log; those with the highest rank go first where there is no room. */
interface Part {
  rank: number;
  spans: Span[];
}

/** Fewer lines a second than this can be read along, and need no figure. */
const notableRate = 100;
const patternWidth = 24;

/** What the right end of the tab row says, in at most `width` columns. */
export function logStatusSpans(frame: Frame, width: number): Span[] {
  const parts = [
    problem(frame),
    elsewhere(frame),
    selection(frame),
    filter(frame),
    search(frame),
    rate(frame),
    flood(frame),
    wrap(frame),
  ]
    .filter((part) => part !== null)
    .concat(follow(frame));
  const isOver = () => spansWidth(parts.flatMap((p) => p.spans)) > width;
  if (isOver()) parts.splice(-1, 1, followInShort(frame));
  while (parts.length > 0 && isOver()) {
    const worst = Math.max(...parts.map((p) => p.rank));
    parts.splice(
      parts.findIndex((p) => p.rank === worst),
      1,
    );
  }
  return parts.flatMap((p) => p.spans);
}

/** A log that cannot be read says why. */
function problem({ log, theme }: Frame): Part | null {
  if (log.status.problem === null || log.rows.length === 0) return null;
  return { rank: 4, spans: [{ text: ` ${log.status.problem} `, style: theme.role.bad }] };
}

/** Why nothing new comes. Where the pane is empty it says so at length. */
function elsewhere({ log, fleet, theme }: Frame): Part | null {
  if (log.rows.length === 0 || !isOutputElsewhere(log, fleet)) return null;
  return { rank: 4, spans: [{ text: " output elsewhere ", style: theme.role.warn }] };
}

function selection({ log, theme }: Frame): Part | null {
  if (log.selectedLines === 0) return null;
  return { rank: 2, spans: [{ text: ` ${amount(log.selectedLines)} selected `, style: theme.role.choice }] };
}

function filter({ log, theme }: Frame): Part | null {
  if (log.filter === null) return null;
  const { ellipsis } = theme.glyphs;
  const searching = log.status.isFiltering ? ` searching${ellipsis}` : "";
  return {
    rank: 3,
    spans: [{ text: ` only ${cut(log.filter.text, patternWidth, ellipsis)}${searching} `, style: theme.role.warn }],
  };
}

/** `/timeout 3 of 41`; a count that is bounded ends with a plus. */
function search({ log, theme, ui }: Frame): Part | null {
  const { search: wanted } = ui.logs;
  if (wanted === null) return null;
  const { role, glyphs } = theme;
  const text: Span = { text: ` /${cut(wanted.pattern.text, patternWidth, glyphs.ellipsis)}`, style: role.key };
  const literal: Span[] = wanted.pattern.problem === null ? [] : [{ text: " (as text)", style: role.muted }];
  const { matches } = log;
  if (matches === null) return { rank: 1, spans: [text, ...literal] };
  const total = `${matches.count}${matches.isMore ? "+" : ""}`;
  const place = wanted.at === null ? null : matches.placeOf(wanted.at);
  const isBusy = matches.isCounting || wanted.finding !== null;
  const count = matches.count === 0 ? (isBusy ? "" : " no match") : ` ${place === null ? "" : `${place} of `}${total}`;
  const shown = isBusy ? `${count} searching${glyphs.ellipsis}` : count;
  return { rank: 1, spans: [text, ...literal, { text: `${shown} `, style: role.plain }] };
}

/** How much went by unseen; all of it can be scrolled to. */
function flood({ log, theme }: Frame): Part | null {
  const { skippedBytes } = log.status;
  if (skippedBytes === 0) return null;
  return { rank: 6, spans: [{ text: ` ${byteSize(skippedBytes)} skipped, kept on disk `, style: theme.role.warn }] };
}

function rate({ log, theme }: Frame): Part | null {
  const { linesPerSecond, skippedBytes } = log.status;
  if (linesPerSecond < notableRate) return null;
  const style = skippedBytes > 0 ? theme.role.warn : theme.role.muted;
  return { rank: 5, spans: [{ text: ` ${amount(linesPerSecond)} lines/s `, style }] };
}

function wrap({ theme, ui }: Frame): Part | null {
  return ui.logs.isWrapped ? { rank: 7, spans: [{ text: " wrap ", style: theme.role.muted }] } : null;
}

function follow({ log, theme, ui }: Frame): Part {
  const { role, glyphs } = theme;
  if (ui.logs.scroll.kind === "follow") {
    return { rank: 0, spans: [{ text: ` follow ${glyphs.follow} `, style: role.good }] };
  }
  const below = log.linesBelow === 0 ? "" : ` ${glyphs.dot} ${amount(log.linesBelow)} below`;
  return { rank: 0, spans: [{ text: ` scrolled ${glyphs.history}${below} `, style: role.warn }] };
}

function followInShort({ theme, ui }: Frame): Part {
  const { role, glyphs } = theme;
  const isFollowing = ui.logs.scroll.kind === "follow";
  const span = isFollowing
    ? { text: ` ${glyphs.follow} `, style: role.good }
    : { text: ` ${glyphs.history} `, style: role.warn };
  return { rank: 0, spans: [span] };
}
