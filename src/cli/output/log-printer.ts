import type { LogLine } from "../../model/log.ts";
import { formatTimestamp } from "./format-timestamp.ts";
import type { Output } from "./output.ts";
import { paint, unitPaint } from "./paint.ts";
import { printable } from "./printable.ts";

export interface LogPrinterOptions {
  output: Output;
  timestamps: boolean;
  /** One JSON object a line, `{"log":…}`, instead of text. */
  json: boolean;
  /** False: separators between runs are left out. */
  showsRuns: boolean;
  /** Text goes out as it is, escape sequences too: for a file or a pipe. */
  isRaw: boolean;
}

/** Prints log lines, each behind the padded name of its unit. A line that came unfinished before is printed again once it is longer. */
export class LogPrinter {
  readonly #options: LogPrinterOptions;
  /** By unit: the unfinished line that was printed last. */
  readonly #unfinished = new Map<string, { generation: number; offset: number; text: string }>();
  /** Unit → its name as a person writes it, where that is another. */
  readonly #shown = new Map<string, string>();
  #width = 0;

  constructor(options: LogPrinterOptions) {
    this.#options = options;
  }

  /** Makes the column of names at least this wide. */
  widen(width: number): void {
    this.#width = Math.max(this.#width, width);
  }

  /** The names of vendors, whose units are shown without a number. */
  nameVendors(names: Iterable<string>): void {
    for (const name of names) this.#shown.set(`${name}#1`, name);
  }

  print(lines: readonly LogLine[]): void {
    let text = "";
    for (const line of lines) {
      if (this.#isKnown(line)) continue;
      if (line.kind === "run" && !this.#options.showsRuns) continue;
      text += this.#options.json ? `${JSON.stringify({ log: line })}\n` : this.#format(line);
    }
    if (text !== "") this.#options.output.write(text);
  }

  #isKnown(line: LogLine): boolean {
    const key = `${line.unit} ${line.stream}`;
    const last = this.#unfinished.get(key);
    if (line.isPartial) this.#unfinished.set(key, line);
    else this.#unfinished.delete(key);
    return (
      last?.generation === line.generation &&
      last.offset === line.offset &&
      last.text === line.text &&
      line.kind === "line"
    );
  }

  #format(line: LogLine): string {
    const { output, timestamps, isRaw } = this.#options;
    const shown = this.#shown.get(line.unit) ?? line.unit;
    this.widen(shown.length);
    const { hasColor } = output;
    const time = timestamps ? `${paint(hasColor, "dim", formatTimestamp(line.at))} ` : "";
    const name = paint(hasColor, unitPaint(line.unit), shown.padEnd(this.#width));
    const text = isRaw ? line.text : printable(line.text, hasColor);
    if (line.kind === "run") return `${time}${name} ${paint(hasColor, "dim", `╵ ── ${text} ──`)}\n`;
    const bar = line.stream === "err" ? paint(hasColor, "red", "┃") : paint(hasColor, "dim", "│");
    const cut = line.cutBytes === 0 ? "" : paint(hasColor, "dim", ` … ${line.cutBytes} more bytes`);
    return `${time}${name} ${bar} ${text}${cut}\n`;
  }
}
