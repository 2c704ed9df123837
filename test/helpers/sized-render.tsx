import { EventEmitter } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { render } from "ink";
import type { ReactElement } from "react";

const waitLimitMs = 5000;

/** A tree drawn into memory at a chosen size; keys go in through `press`. */
export interface SizedRender {
  /** The newest frame, without colours. */
  text(): string;
  /** The newest frame as it was written. */
  raw(): string;
  rows(): string[];
  frameCount(): number;
  /** As if typed. */
  press(input: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the frame once it holds what is looked for; rejects with the last frame after five seconds. */
  until(wanted: string | RegExp | ((text: string) => boolean)): Promise<string>;
  unmount(): void;
}

class Stdout extends EventEmitter {
  columns: number;
  rows: number;
  frames: string[] = [];

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  readonly write = (frame: string): boolean => {
    this.frames.push(frame);
    this.emit("frame");
    return true;
  };
}

class Stdin extends EventEmitter {
  readonly isTTY = true;
  #data: string | null = null;

  type(data: string): void {
    this.#data = data;
    this.emit("readable");
  }

  read(): string | null {
    const data = this.#data;
    this.#data = null;
    return data;
  }

  setEncoding(): void {}
  setRawMode(): void {}
  resume(): void {}
  pause(): void {}
  ref(): void {}
  unref(): void {}
}

/** The twin of ink-testing-library's `render`, with rows as well as columns, for full-screen layouts. */
export function sizedRender(tree: ReactElement, columns: number, rows: number): SizedRender {
  const stdout = new Stdout(columns, rows);
  const stdin = new Stdin();
  const ink = render(tree, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const raw = () => stdout.frames.at(-1) ?? "";
  const text = () => stripVTControlCharacters(raw());

  return {
    raw,
    text,
    rows: () => text().split("\n"),
    frameCount: () => stdout.frames.length,
    press: (input) => stdin.type(input),
    resize(nextColumns, nextRows) {
      stdout.columns = nextColumns;
      stdout.rows = nextRows;
      stdout.emit("resize");
    },
    until: (wanted) => waitForFrame(stdout, text, wanted),
    unmount() {
      ink.unmount();
      ink.cleanup();
    },
  };
}

function waitForFrame(
  stdout: Stdout,
  text: () => string,
  wanted: string | RegExp | ((text: string) => boolean),
): Promise<string> {
  const isThere = () => {
    if (typeof wanted === "string") return text().includes(wanted);
    return wanted instanceof RegExp ? wanted.test(text()) : wanted(text());
  };
  return new Promise((resolve, reject) => {
    const check = () => {
      if (!isThere()) return;
      finish();
      resolve(text());
    };
    const finish = () => {
      clearTimeout(timer);
      stdout.off("frame", check);
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error(`no frame with ${String(wanted)} in ${waitLimitMs} ms; the last one:\n${text()}`));
    }, waitLimitMs);
    stdout.on("frame", check);
    check();
  });
}
