/**
 * Where a view over a growing list of items stands. `follow` keeps the newest item at the bottom; `at` keeps row `row` of item `seq`
 * at the top, whatever is added at either end.
 */
export type Scroll = { kind: "follow" } | { kind: "at"; seq: number; row: number };

/** What is scrolled over: items `first` to `last` (nothing where last < first), each one row or more. */
export interface Items {
  first: number;
  last: number;
  heightOf(seq: number): number;
}

/** Rows `from` to `to` (exclusive) of one item. */
export interface VisiblePart {
  seq: number;
  from: number;
  to: number;
}

interface Position {
  seq: number;
  row: number;
}

/** What a view of `height` rows shows, from top to bottom. Never more than `height` rows. */
export function visibleParts(items: Items, scroll: Scroll, height: number): VisiblePart[] {
  if (items.last < items.first || height <= 0) return [];
  const top = topOf(items, scroll, height);
  const parts: VisiblePart[] = [];
  let left = height;
  let from = top.row;
  for (let seq = top.seq; seq <= items.last && left > 0; seq += 1) {
    const to = Math.min(items.heightOf(seq), from + left);
    if (to > from) parts.push({ seq, from, to });
    left -= to - from;
    from = 0;
  }
  return parts;
}

/** The scroll after moving by `rows` (negative: towards older ones). Moving down past the end follows again. */
export function scrollBy(items: Items, scroll: Scroll, height: number, rows: number): Scroll {
  if (items.last < items.first) return scroll;
  const bottom = bottomPosition(items, height);
  const top = topOf(items, scroll, height);
  const moved = rows < 0 ? up(items, top, -rows) : down(items, top, rows);
  if (rows < 0 && compare(top, bottom) === 0 && compare(moved, bottom) === 0) return scroll;
  return compare(moved, bottom) >= 0 ? { kind: "follow" } : { kind: "at", ...moved };
}

/** Stays where following is right now. */
export function hold(items: Items, height: number): Scroll {
  return items.last < items.first ? { kind: "follow" } : { kind: "at", ...bottomPosition(items, height) };
}

/**
 * A view that shows the beginning of item `seq`. Where it is in view already, the view stays; else the item comes to its upper third, or with
 * `nearest` just into view. Never follows: what was looked for must not run away.
 */
export function reveal(
  items: Items,
  scroll: Scroll,
  height: number,
  seq: number,
  where: "upper-third" | "nearest" = "upper-third",
): Scroll {
  if (items.last < items.first) return scroll;
  const wanted = { seq: Math.min(Math.max(seq, items.first), items.last), row: 0 };
  const top = topOf(items, scroll, height);
  const isAbove = compare(wanted, top) < 0;
  if (!isAbove && compare(wanted, down(items, top, Math.max(0, height - 1))) <= 0) return { kind: "at", ...top };
  const rowsOver = where === "nearest" ? (isAbove ? 0 : height - 1) : Math.floor(height / 3);
  const moved = up(items, wanted, Math.max(0, rowsOver));
  const bottom = bottomPosition(items, height);
  return { kind: "at", ...(compare(moved, bottom) > 0 ? bottom : moved) };
}

/** Rows above the view, counted up to `limit`: few of them means that older ones should be fetched. */
export function rowsAbove(items: Items, scroll: Scroll, height: number, limit: number): number {
  if (items.last < items.first) return 0;
  const top = topOf(items, scroll, height);
  let rows = top.row;
  for (let seq = top.seq - 1; seq >= items.first && rows < limit; seq -= 1) rows += items.heightOf(seq);
  return Math.min(rows, limit);
}

function topOf(items: Items, scroll: Scroll, height: number): Position {
  const bottom = bottomPosition(items, height);
  if (scroll.kind === "follow") return bottom;
  // What it stood at may have been dropped, or be shorter since the width changed.
  const seq = Math.min(Math.max(scroll.seq, items.first), items.last);
  const row = seq === scroll.seq ? Math.min(scroll.row, items.heightOf(seq) - 1) : 0;
  const position = { seq, row };
  return compare(position, bottom) > 0 ? bottom : position;
}

/** The top of the view that ends with the last row. */
function bottomPosition(items: Items, height: number): Position {
  return up(items, { seq: items.last, row: items.heightOf(items.last) - 1 }, Math.max(0, height - 1));
}

function up(items: Items, from: Position, rows: number): Position {
  let { seq, row } = from;
  let left = rows;
  while (left > row) {
    if (seq <= items.first) return { seq: items.first, row: 0 };
    left -= row + 1;
    seq -= 1;
    row = items.heightOf(seq) - 1;
  }
  return { seq, row: row - left };
}

function down(items: Items, from: Position, rows: number): Position {
  let { seq, row } = from;
  let left = rows;
  while (row + left >= items.heightOf(seq)) {
    if (seq >= items.last) return { seq: items.last, row: items.heightOf(items.last) - 1 };
    left -= items.heightOf(seq) - row;
    seq += 1;
    row = 0;
  }
  return { seq, row: row + left };
}

function compare(a: Position, b: Position): number {
  return a.seq - b.seq || a.row - b.row;
}
