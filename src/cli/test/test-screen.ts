import type { Clock } from "../../lib/clock.ts";
import { formatDuration } from "../../lib/format-duration.ts";
import type { Output } from "../output/output.ts";
import { paint, unitPaint } from "../output/paint.ts";
import { printable } from "../output/printable.ts";

const clearLine = "\r\u001b[K";
const tickMs = 1_000;
/** Some terminals do not tell their width. */
const leastColumns = 40;

/** What runs, for the line that shows progress. */
interface Running {
  title: string;
  since: number;
}

/**
 * What tests write, as lines that stay, each behind the padded name of its service; below them, at a terminal, one line that
 * tells what runs and for how long.
 */
export class TestScreen {
  readonly #lines: Output;
  readonly #messages: Output;
  readonly #clock: Clock;
  readonly #width: number;
  readonly #running = new Set<Running>();
  #total = 0;
  #done = 0;
  #cancelTick: (() => void) | null = null;
  #isDrawn = false;

  /** @param lines where the output of tests goes; messages and progress go to `messages` */
  constructor(lines: Output, messages: Output, clock: Clock, services: readonly string[]) {
    this.#lines = lines;
    this.#messages = messages;
    this.#clock = clock;
    this.#width = Math.max(0, ...services.map((name) => name.length));
  }

  /** So many runs are to come, from now on. */
  expect(count: number): void {
    this.#total = count;
    this.#done = 0;
  }

  /** One of them begins; the result says that it has ended. */
  begin(title: string): () => void {
    const running = { title, since: this.#clock.now() };
    this.#running.add(running);
    this.#draw();
    return () => {
      this.#running.delete(running);
      this.#done += 1;
      this.#draw();
    };
  }

  /** A line of a service's tests. */
  line(service: string, text: string): void {
    const { hasColor, isTty } = this.#lines;
    const name = paint(hasColor, unitPaint(service), service.padEnd(this.#width));
    const shown = isTty || hasColor ? printable(text, hasColor) : printable(text, false);
    this.#above(() => this.#lines.write(`${name} ${paint(hasColor, "dim", "│")} ${shown}\n`));
  }

  /** What happened to a service, in words. */
  note(service: string, text: string, style: "green" | "red" | "cyan" | "yellow"): void {
    const { hasColor } = this.#messages;
    this.#above(() => this.#messages.write(`${service.padEnd(this.#width)}   ${paint(hasColor, style, text)}\n`));
  }

  /** Text with its line ends. */
  say(text: string): void {
    this.#above(() => this.#messages.write(text));
  }

  /** Takes the line of progress away; more lines may follow. */
  close(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#erase();
  }

  #above(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  #erase(): void {
    if (this.#isDrawn) this.#messages.write(clearLine);
    this.#isDrawn = false;
  }

  #draw(): void {
    this.#erase();
    if (!this.#messages.isTty || this.#running.size === 0) {
      this.#cancelTick?.();
      this.#cancelTick = null;
      return;
    }
    const now = this.#clock.now();
    const running = [...this.#running].map(({ title, since }) => `${title} ${formatDuration(now - since)}`);
    const text = `testing, ${this.#done} of ${this.#total} done: ${running.join(", ")}`;
    this.#messages.write(
      paint(this.#messages.hasColor, "dim", text.slice(0, Math.max(leastColumns, this.#messages.columns) - 1)),
    );
    this.#isDrawn = true;
    this.#cancelTick ??= this.#clock.after(tickMs, () => {
      this.#cancelTick = null;
      this.#draw();
    });
  }
}
