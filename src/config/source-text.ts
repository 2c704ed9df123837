import type { Location } from "../model/diagnostic.ts";

/** The text of one config file, which can say where in it something stands. */
export class SourceText {
  /** Absolute path. */
  readonly file: string;
  /** Without a byte order mark. */
  readonly text: string;
  #lineStarts: number[] | null = null;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text.startsWith("\uFEFF") ? text.slice(1) : text;
  }

  /** The place of `text[start..end)`, cut at the end of its first line. Offsets outside the text are moved into it. */
  locate(start: number, end: number): Location {
    const from = Math.max(0, Math.min(start, this.text.length));
    const line = this.#lineOf(from);
    const lineStart = this.#starts[line] ?? 0;
    const lineEnd = this.#starts[line + 1] ?? this.text.length + 1;
    const excerpt = this.text.slice(lineStart, lineEnd - 1).replace(/\r$/, "");
    const column = from - lineStart;
    const length = Math.max(1, Math.min(end - from, excerpt.length - column));
    return { file: this.file, line: line + 1, column: column + 1, length, excerpt };
  }

  get #starts(): number[] {
    if (this.#lineStarts === null) {
      this.#lineStarts = [0];
      for (let i = this.text.indexOf("\n"); i !== -1; i = this.text.indexOf("\n", i + 1)) this.#lineStarts.push(i + 1);
    }
    return this.#lineStarts;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
