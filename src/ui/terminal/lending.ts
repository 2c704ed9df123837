import type { SuspendTerminal } from "ink";
import type { Terminal } from "./terminal.ts";

/** Runs a command line of the user's on our own terminal and resolves with its exit code; `signal` ends it. */
export type OpenExternal = (command: string, signal: AbortSignal) => Promise<number>;

/** How long a program that is told to end may keep us from leaving. */
const endLimitMs = 500;
/** What a shell says where there is no such program, or it cannot be run. */
const cannotRun = [126, 127];

/** Lends the terminal to one program at a time, and takes it back. */
export class Lending {
  readonly #terminal: Terminal;
  readonly #openExternal: OpenExternal;
  #suspend: SuspendTerminal | null = null;
  #running: { done: Promise<void>; stop: AbortController } | null = null;

  constructor(terminal: Terminal, openExternal: OpenExternal) {
    this.#terminal = terminal;
    this.#openExternal = openExternal;
  }

  /** How Ink is made to let go; known once it has drawn. */
  readonly setSuspend = (suspend: SuspendTerminal): void => {
    this.#suspend = suspend;
  };

  get isLent(): boolean {
    return this.#running !== null;
  }

  /** Until the program has ended. Rejects where it cannot be run; the dashboard is back by then. */
  async run(command: string): Promise<void> {
    const suspend = this.#suspend;
    if (suspend === null || this.#running !== null) return;
    const stop = new AbortController();
    let exitCode = 0;
    const done = suspend(async () => {
      const takeBack = await this.#terminal.lend();
      try {
        exitCode = await this.#openExternal(command, stop.signal);
      } finally {
        takeBack();
      }
    });
    this.#running = { done, stop };
    try {
      await done;
    } finally {
      this.#running = null;
    }
    if (cannotRun.includes(exitCode)) throw new Error(`${programOf(command)} cannot be run (see PAGER, EDITOR)`);
  }

  /** Ends what has the terminal, as far as it lets itself be ended. */
  async end(): Promise<void> {
    if (this.#running === null) return;
    const { done, stop } = this.#running;
    stop.abort();
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, endLimitMs);
    await Promise.race([done.catch(() => undefined), limit.promise]);
    clearTimeout(timer);
  }
}

function programOf(command: string): string {
  return /^(?:exec )?(\S+)/.exec(command)?.[1]?.replace(/^.*\//, "") ?? command;
}
