import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";

/**
 * Text whose every character is one column and one code unit: ASCII, Latin, and the dashes, arrows, boxes, bars and signs that panes are drawn
 * with. Asking about each of its characters took half of what a frame costs.
 */
const plain =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc\u266a\u2713-\u2718]*$/;

/** Columns that a text takes on the screen; escape sequences take none. */
export function displayWidth(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

/** At most `width` columns of a text; where something is cut off, `ellipsis` ends it. */
export function cut(text: string, width: number, ellipsis = "…"): string {
  if (width <= 0) return "";
  if (plain.test(text)) {
    return text.length <= width ? text : text.slice(0, Math.max(0, width - ellipsis.length)) + ellipsis.slice(0, width);
  }
  if (stringWidth(text) <= width) return text;
  return sliceAnsi(text, 0, Math.max(0, width - displayWidth(ellipsis))) + ellipsis;
}

/** Exactly `width` columns: cut, or filled with blanks. */
export function fit(text: string, width: number, align: "left" | "right" = "left", ellipsis = "…"): string {
  const shown = cut(text, width, ellipsis);
  const blanks = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return align === "left" ? shown + blanks : blanks + shown;
}
