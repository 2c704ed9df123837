import sliceAnsi from "slice-ansi";
import stringWidth from "string-width";

const plain = /^[\x20-\x7e]*$/;

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
