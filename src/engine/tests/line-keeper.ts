/** A failed comparison is told at the beginning, a panic at the end of what a test wrote. */
const keptFirst = 60;
const keptLast = 140;

/** The first and the last lines of an output of any length, which may come in parts of lines. */
export class LineKeeper {
  readonly #first: string[] = [];
  #last: string[] = [];
  #leftOut = 0;
  #partial = "";

  /** Takes the next part of the output; returns the lines that it completes. */
  push(text: string): string[] {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.#keep(line);
    return lines;
  }

  /** What is kept, with a word on what is not. */
  lines(): string[] {
    const gap = this.#leftOut === 0 ? [] : [`… ${this.#leftOut} lines left out`];
    return [...this.#first, ...gap, ...this.#last, ...(this.#partial === "" ? [] : [this.#partial])];
  }

  #keep(line: string): void {
    if (this.#first.length < keptFirst) {
      this.#first.push(line);
      return;
    }
    this.#last.push(line);
    // Cut in steps: a shift for every line of a long output would cost its length each time.
    if (this.#last.length < 2 * keptLast) return;
    this.#leftOut += this.#last.length - keptLast;
    this.#last = this.#last.slice(-keptLast);
  }
}
