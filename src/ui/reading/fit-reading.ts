import { wrapLine } from "../text/wrap-line.ts";

/** Lines as rows of a screen of this width, none of them cut. */
export function rowsToRead(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => wrapLine(line, columns));
}

/** The lines around the selected one that fit into `height` rows; it is always among them. In the order they were in. */
export function linesAround(lines: readonly string[], selected: number, columns: number, height: number): string[] {
  const heightOf = (index: number) => rowsToRead(lines.slice(index, index + 1), columns).length;
  let first = Math.max(0, Math.min(selected, lines.length - 1));
  let end = Math.min(lines.length, first + 1);
  let left = height - heightOf(first);
  for (;;) {
    const below = end < lines.length ? heightOf(end) : Number.POSITIVE_INFINITY;
    const above = first > 0 ? heightOf(first - 1) : Number.POSITIVE_INFINITY;
    if (below <= left && (end - selected <= selected - first || above > left)) {
      left -= below;
      end += 1;
    } else if (above <= left) {
      left -= above;
      first -= 1;
    } else return lines.slice(first, end);
  }
}

/**
 * A screen of at most `rows` rows: the head, as much of the body as fits, the foot. More would run out of the screen, and could not be replaced by
 * what comes next.
 */
export function fitReading(
  parts: { head: readonly string[]; body: readonly string[]; foot: readonly string[] },
  columns: number,
  rows: number,
): string[] {
  const head = rowsToRead(parts.head, columns);
  const foot = rowsToRead(parts.foot, columns);
  const room = Math.max(0, rows - head.length - foot.length);
  return [...head, ...rowsToRead(parts.body, columns).slice(0, room), ...foot].slice(0, rows);
}
