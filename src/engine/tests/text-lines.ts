/** A line of a test's event may be long; one that never ends is handed on in pieces. */
const longestLine = 4 * 1024 * 1024;

/** Cuts a stream of text into its lines, without their ends. */
export class TextLines {
  readonly #onLine: (line: string) => void;
  #unfinished = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#onLine((this.#unfinished + line).replace(/\r$/, ""));
      this.#unfinished = "";
    }
    this.#unfinished += rest;
    if (this.#unfinished.length > longestLine) this.end();
  }

  /** Hands on a last line that has no end. */
  end(): void {
    if (this.#unfinished !== "") this.#onLine(this.#unfinished.replace(/\r$/, ""));
    this.#unfinished = "";
  }
}
