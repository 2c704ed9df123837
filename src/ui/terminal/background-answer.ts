import type { Clock } from "../../lib/clock.ts";

/** Asks a terminal which colour its background has (OSC 11). Those that do not know the question say nothing. */
export const backgroundQuestion = "\x1b]11;?\x1b\\";

export type Background = "dark" | "light";

const hex = "[\\da-f]{1,4}";
const body = `\\]11;rgba?:(${hex})/(${hex})/(${hex})(?:/${hex})?(?:\x07|\x1b\\\\)`;
const whole = new RegExp(`\x1b${body}`, "gi");
/** Where Esc was the last of what was read before. */
const headless = new RegExp(`^${body}`, "i");
const beginning = /\x1b\](?:1(?:1(?:;(?:r(?:g(?:b(?:a?(?::[\da-f/]{0,19}\x1b?)?)?)?)?)?)?)?)?$/i;

/** How long the answer may keep somebody from leaving. */
const waitMs = 500;
/** Over a slow line, or on a busy machine, it may come after that; what is later than this changes no colours any more. */
const lateMs = 3000;

/** Picks the answer to `backgroundQuestion` out of what a terminal sends, so that it is never taken for keys, however late or in however many pieces. */
export class BackgroundAnswer {
  readonly #onAnswer: (background: Background) => void;
  readonly #settled = Promise.withResolvers<void>();
  readonly #cancelWait: () => void;
  readonly #cancelLate: () => void;
  #isLate = false;
  #held = "";
  #endedInEscape = false;

  constructor(clock: Clock, onAnswer: (background: Background) => void) {
    this.#onAnswer = onAnswer;
    this.#cancelWait = clock.after(waitMs, () => this.#settled.resolve());
    this.#cancelLate = clock.after(lateMs, () => {
      this.#isLate = true;
    });
  }

  /** Once there was an answer, or none in half a second. Whoever gives the terminal back before would leave the answer to the shell, as if typed. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** What was read, without the answer. */
  take(data: string): string {
    const text = this.#held + data;
    this.#held = "";
    const joined = this.#endedInEscape ? text.replace(headless, this.#answered) : text;
    const rest = joined.replace(whole, this.#answered);
    this.#endedInEscape = rest.endsWith("\x1b");
    const at = rest.search(beginning);
    if (at === -1) return rest;
    this.#held = rest.slice(at);
    return rest.slice(0, at);
  }

  /** Stops waiting. */
  close(): void {
    this.#cancelWait();
    this.#cancelLate();
    this.#settled.resolve();
  }

  readonly #answered = (_: string, red: string, green: string, blue: string): string => {
    if (!this.#isLate) this.#onAnswer(backgroundFor(red, green, blue));
    this.close();
    return "";
  };
}

/** By how bright it looks to the eye; each part is a fraction of what its digits could say. */
function backgroundFor(...parts: [red: string, green: string, blue: string]): Background {
  const [red, green, blue] = parts.map((part) => Number.parseInt(part, 16) / (16 ** part.length - 1));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0) > 0.5 ? "light" : "dark";
}
