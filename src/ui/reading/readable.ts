import type { Span } from "../theme/style.ts";

/** A row as a sentence is read: no margins, and a pause where there were columns. */
export function readable(spans: readonly Span[]): string {
  return spans
    .map(({ text }) => text)
    .join("")
    .trim()
    .replace(/\s{2,}/g, ", ")
    .replace(/(?:\s*,)+(?=\s)/g, ",")
    .replace(/:,/g, ":")
    .replace(/^, */, "");
}

/** Rows as lines to read; those that say nothing, or only point at what is above them, are left out. */
export function readableRows(rows: readonly (readonly Span[])[]): string[] {
  return rows.map(readable).filter((line) => !/^[\s:^]*$/.test(line));
}
