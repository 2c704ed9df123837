import type { LogLine } from "../../../model/log.ts";
import type { LogBuffer } from "../../store/log-buffer.ts";
import { type Items, type Scroll, visibleParts } from "../../widgets/scroll-view/scroll.ts";
import { type LogLook, lookKey } from "./log-look.ts";
import { renderLogLine } from "./render-log-line.ts";

const rendered = new WeakMap<LogLine, { key: string; rows: string[] }>();

/** A buffer as something to scroll over. */
export function logItems(buffer: LogBuffer, look: LogLook): Items {
  const key = lookKey(look);
  return {
    first: buffer.first,
    last: buffer.last,
    heightOf: (seq) => (look.isWrapped ? rowsOf(buffer.at(seq), look, key).length : 1),
  };
}

/** The rows that a view of `height` rows shows, from top to bottom. */
export function visibleLogRows(buffer: LogBuffer, look: LogLook, scroll: Scroll, height: number): string[] {
  const key = lookKey(look);
  return visibleParts(logItems(buffer, look), scroll, height).flatMap(({ seq, from, to }) =>
    rowsOf(buffer.at(seq), look, key).slice(from, to),
  );
}

/** Kept while the line lives: wrapping a line of 64 KB takes milliseconds, and scrolling asks for its height again and again. */
function rowsOf(line: LogLine | null, look: LogLook, key: string): string[] {
  if (line === null) return [""];
  const known = rendered.get(line);
  if (known?.key === key) return known.rows;
  const rows = renderLogLine(line, look);
  rendered.set(line, { key, rows });
  return rows;
}
