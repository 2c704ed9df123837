import { displayWidth } from "./display-width.ts";
import { wrapLine } from "./wrap-line.ts";

/** A sentence in rows of at most `width` columns, broken between words; a word that is longer is broken where it has to be. */
export function wrapWords(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of text.split(" ")) {
    const last = rows.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= width) rows[rows.length - 1] = `${last} ${word}`;
    else if (displayWidth(word) <= width) rows.push(word);
    else rows.push(...wrapLine(word, width));
  }
  return rows;
}
