import { stripVTControlCharacters } from "node:util";
import type { LogLine } from "../../../model/log.ts";
import { lineKey } from "../../state/log-search.ts";
import type { LogBuffer } from "../../store/log-buffer.ts";
import { displayWidth } from "../../text/display-width.ts";
import { styled } from "../../theme/sgr.ts";
import { type Items, type Scroll, visibleParts } from "../../widgets/scroll-view/scroll.ts";
import { type LogLook, lookKey } from "./log-look.ts";
import { type LogMarks, noMarks } from "./log-marks.ts";
import { type LineMark, renderLogLine } from "./render-log-line.ts";

const rendered = new WeakMap<LogLine, { key: string; rows: string[] }>();

/** A buffer as something to scroll over. */
export function logItems(buffer: LogBuffer, look: LogLook, marks: LogMarks = noMarks): Items {
  const key = lookKey(look);
  return {
    first: buffer.first,
    last: buffer.last,
    heightOf: (seq) => (look.isWrapped ? rowsOf(buffer.at(seq), look, marks, key).length : 1),
  };
}

/** The rows that a view of `height` rows shows, from top to bottom. */
export function visibleLogRows(
  buffer: LogBuffer,
  look: LogLook,
  scroll: Scroll,
  height: number,
  marks: LogMarks = noMarks,
): string[] {
  const key = lookKey(look);
  const { selected } = marks;
  return visibleParts(logItems(buffer, look, marks), scroll, height).flatMap(({ seq, from, to }) => {
    const rows = rowsOf(buffer.at(seq), look, marks, key).slice(from, to);
    const isSelected = selected !== null && seq >= selected.from && seq <= selected.to;
    return isSelected ? rows.map((row) => inverted(row, look.width)) : rows;
  });
}

/** Kept while the line lives: wrapping a line of 64 KB takes milliseconds, and scrolling asks for its height again and again. */
function rowsOf(line: LogLine | null, look: LogLook, { pattern, at }: LogMarks, lookKey: string): string[] {
  if (line === null) return [""];
  const mark: LineMark | null = pattern === null ? null : { pattern, isCurrent: at !== null && lineKey(line) === at };
  const key =
    mark === null ? lookKey : `${lookKey} ${mark.isCurrent} ${mark.pattern.ignoreCase} ${mark.pattern.source}`;
  const known = rendered.get(line);
  if (known?.key === key) return known.rows;
  const rows = renderLogLine(line, look, mark);
  rendered.set(line, { key, rows });
  return rows;
}

/** The whole row, so that an empty line shows that it is selected. */
function inverted(row: string, width: number): string {
  const plain = stripVTControlCharacters(row);
  return styled(plain + " ".repeat(Math.max(0, width - displayWidth(plain))), { isInverse: true });
}
