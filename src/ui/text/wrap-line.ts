import { displayWidth } from "./display-width.ts";

const sgr = /\x1b\[([\d;]*)m/g;
const plain = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter();

/**
 * Cuts a sanitized line into rows of at most `width` columns, at most `maxRows` of them. A wide character is never halved, and each row
 * opens the colours that are in force and needs nothing from the row before it. One pass, so a line of 64 KB takes milliseconds.
 */
export function wrapLine(text: string, width: number, maxRows = Number.POSITIVE_INFINITY): string[] {
  if (width <= 0) return [""];
  const rows: string[] = [];
  let row = "";
  let column = 0;
  let open = "";

  const breakRow = () => {
    rows.push(row);
    row = open;
    column = 0;
  };
  const addCell = (cell: string, cells: number) => {
    if (column + cells > width) breakRow();
    row += cell;
    column += cells;
  };

  for (const piece of pieces(text)) {
    if (rows.length >= maxRows) break;
    if (piece.startsWith("\x1b")) {
      open = /^\x1b\[0?m$/.test(piece) ? "" : open + piece;
      row += piece;
    } else if (plain.test(piece)) {
      for (let at = 0; at < piece.length && rows.length < maxRows; ) {
        if (column >= width) breakRow();
        const part = piece.slice(at, at + width - column);
        row += part;
        column += part.length;
        at += part.length;
      }
    } else {
      for (const { segment } of segmenter.segment(piece)) {
        if (rows.length >= maxRows) break;
        addCell(segment, displayWidth(segment));
      }
    }
  }
  if (rows.length < maxRows) rows.push(row);
  return rows;
}

/** Texts and SGR sequences, in turn. */
function* pieces(text: string): Generator<string> {
  let at = 0;
  for (const match of text.matchAll(sgr)) {
    if (match.index > at) yield text.slice(at, match.index);
    yield match[0];
    at = match.index + match[0].length;
  }
  if (at < text.length) yield text.slice(at);
}
