import { constants } from "node:os";
import { type IPty, spawn } from "@lydell/node-pty";
import type { Terminal } from "@xterm/headless";
import xterm from "@xterm/headless";
import { onTestFinished } from "vitest";

interface TerminalOptions {
  command: string;
  args?: string[];
  cwd: string;
  /** The whole environment. `CI*` is taken out of it, since with it Ink draws only its last frame. */
  env: NodeJS.ProcessEnv;
  columns?: number;
  rows?: number;
  /** Answers who asks for the background (OSC 11) with this, `rgb:ffff/ffff/ffff`, so long after; else it says nothing. */
  background?: { color: string; afterMs: number };
}

interface WaitOptions {
  limitMs?: number;
  /** Named in the failure, where the condition does not speak for itself. */
  what?: string;
}

/** What a program has switched on and must switch off again when it leaves. */
export interface TerminalModes {
  isAlternateScreen: boolean;
  isCursorHidden: boolean;
  isBracketedPaste: boolean;
  isWrapping: boolean;
  mouse: "none" | "x10" | "vt200" | "drag" | "any";
}

/** One character on the screen. Colours: null for the default, a number for the palette, `#rrggbb` otherwise. */
export interface TerminalCell {
  text: string;
  foreground: number | string | null;
  background: number | string | null;
  isBold: boolean;
  isDim: boolean;
  isInverse: boolean;
  isUnderlined: boolean;
}

/** What keys send. */
export const keys = {
  enter: "\r",
  escape: "\x1b",
  tab: "\t",
  shiftTab: "\x1b[Z",
  backspace: "\x7f",
  space: " ",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  pageUp: "\x1b[5~",
  pageDown: "\x1b[6~",
  home: "\x1b[H",
  end: "\x1b[F",
  ctrlC: "\x03",
} as const;

/** A program in a real (pseudo) terminal, with an emulator that knows what a person would see. Ends with the test. */
export class RealTerminal {
  /** Resolves once the program has ended and all it wrote is on the screen. */
  readonly exited: Promise<{ code: number; signal: NodeJS.Signals | null }>;
  /** Resolves once the program was told the background, where there is one to tell. */
  readonly toldBackground: Promise<void>;
  readonly pid: number;
  readonly #pty: IPty;
  readonly #emulator: Terminal;
  readonly #watchers = new Set<() => void>();
  #hasExited = false;
  #isCursorHidden = false;
  #clipboard: string | null = null;

  static start(options: TerminalOptions): RealTerminal {
    const terminal = new RealTerminal(options);
    onTestFinished(() => terminal.kill());
    return terminal;
  }

  private constructor(options: TerminalOptions) {
    const { columns = 100, rows = 30 } = options;
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 });
    const env = Object.entries(options.env).filter(([name, value]) => value !== undefined && !/^CI/.test(name));
    this.#pty = spawn(options.command, options.args ?? [], {
      name: "xterm-256color",
      cols: columns,
      rows,
      cwd: options.cwd,
      env: { ...Object.fromEntries(env), TERM: "xterm-256color", COLORTERM: "truecolor" },
    });
    this.pid = this.#pty.pid;
    this.#watchCursor();
    this.#emulator.parser.registerOscHandler(52, (data) => {
      this.#clipboard = Buffer.from(data.slice(data.indexOf(";") + 1), "base64").toString("utf8");
      return true;
    });
    const { background } = options;
    const told = Promise.withResolvers<void>();
    this.toldBackground = told.promise;
    this.#emulator.parser.registerOscHandler(11, (data) => {
      if (background === undefined || data !== "?") return false;
      const answer = `\x1b]11;${background.color}\x1b\\`;
      setTimeout(() => {
        if (!this.#hasExited) this.#pty.write(answer);
        told.resolve();
      }, background.afterMs);
      return true;
    });
    this.#emulator.onData((reply) => {
      if (!this.#hasExited) this.#pty.write(reply);
    });
    this.#pty.onData((data) => this.#emulator.write(data, () => this.#notify()));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#hasExited = true;
        this.#emulator.write("", () => {
          this.#notify();
          resolve({ code: exitCode, signal: signalName(signal) });
        });
      });
    });
  }

  /** The visible rows, from the top, without blanks at their ends. */
  screen(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from(
      { length: this.#emulator.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
    );
  }

  /** What a program put into the clipboard last (OSC 52). */
  clipboard(): string | null {
    return this.#clipboard;
  }

  /** The visible rows as one text, without empty rows at its end. */
  text(): string {
    return this.screen().join("\n").trimEnd();
  }

  /** Waits for a text, a pattern or a condition of the screen; fails with the screen. */
  waitFor(condition: string | RegExp | ((text: string) => boolean), options: WaitOptions = {}): Promise<void> {
    const { limitMs = 20_000, what = describeCondition(condition) } = options;
    const holds = () => {
      const text = this.text();
      if (typeof condition === "string") return text.includes(condition);
      return condition instanceof RegExp ? condition.test(text) : condition(text);
    };
    return new Promise((resolve, reject) => {
      const finish = (problem: string | null) => {
        clearTimeout(limit);
        this.#watchers.delete(look);
        if (problem === null) resolve();
        else reject(new Error(`${problem}: ${what}\n${this.#picture()}`));
      };
      const look = () => {
        if (holds()) finish(null);
        else if (this.#hasExited) finish("the program ended before this was on the screen");
      };
      const limit = setTimeout(() => finish(`not on the screen after ${limitMs} ms`), limitMs);
      this.#watchers.add(look);
      look();
    });
  }

  /** Types `text`; see `keys` for what has no character. */
  press(text: string): void {
    this.#pty.write(text);
  }

  /** The emulator changes first, as a real window does; the program then hears of it by SIGWINCH. */
  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  modes(): TerminalModes {
    const { modes, buffer } = this.#emulator;
    return {
      isAlternateScreen: buffer.active.type === "alternate",
      isCursorHidden: this.#isCursorHidden,
      isBracketedPaste: modes.bracketedPasteMode,
      isWrapping: modes.wraparoundMode,
      mouse: modes.mouseTrackingMode,
    };
  }

  /** The character in column `x` of row `y`, both from 0. */
  cell(x: number, y: number): TerminalCell {
    const { active } = this.#emulator.buffer;
    const cell = active.getLine(active.baseY + y)?.getCell(x);
    if (cell === undefined) throw new RangeError(`there is no cell ${x},${y}`);
    return {
      text: cell.getChars(),
      foreground: colour(cell.getFgColor(), cell.isFgDefault(), cell.isFgRGB()),
      background: colour(cell.getBgColor(), cell.isBgDefault(), cell.isBgRGB()),
      isBold: cell.isBold() !== 0,
      isDim: cell.isDim() !== 0,
      isInverse: cell.isInverse() !== 0,
      isUnderlined: cell.isUnderline() !== 0,
    };
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) this.#pty.kill(signal);
  }

  /** Ends the program at once and waits until it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
    this.#emulator.dispose();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** The emulator does not tell whether the cursor shows, so DECTCEM and a full reset are listened for. */
  #watchCursor(): void {
    const { parser } = this.#emulator;
    for (const [final, isHidden] of [
      ["h", false],
      ["l", true],
    ] as const) {
      parser.registerCsiHandler({ prefix: "?", final }, (params) => {
        if (params.includes(25)) this.#isCursorHidden = isHidden;
        return false;
      });
    }
    parser.registerEscHandler({ final: "c" }, () => {
      this.#isCursorHidden = false;
      return false;
    });
  }

  #picture(): string {
    const edge = "─".repeat(this.#emulator.cols);
    return `┌${edge}┐\n${this.screen()
      .map((row) => `│${row}`)
      .join("\n")}\n└${edge}┘`;
  }
}

function describeCondition(condition: string | RegExp | ((text: string) => boolean)): string {
  return typeof condition === "string" ? JSON.stringify(condition) : String(condition);
}

function signalName(number: number | undefined): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? null : (found[0] as NodeJS.Signals);
}

function colour(value: number, isDefault: boolean, isRgb: boolean): number | string | null {
  if (isDefault) return null;
  return isRgb ? `#${value.toString(16).padStart(6, "0")}` : value;
}
