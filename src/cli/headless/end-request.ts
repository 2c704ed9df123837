import type { CliContext, Interrupt } from "../cli-context.ts";
import { interruptExitCode } from "../interrupt-exit-code.ts";

/** One press of Ctrl-C arrives twice where a wrapper (npm, make) passes on what the terminal has sent already. */
const echoMs = 60;

/** What interrupts ask of a run in the foreground: the first to end, the second to end at once. */
export class EndRequest {
  readonly #told = new AbortController();
  readonly #pressed = new AbortController();
  readonly #unlisten: () => void;
  #first: Interrupt | null = null;
  #alsoTell: ((interrupt: Interrupt) => void) | null = null;

  constructor(context: Pick<CliContext, "onInterrupt" | "clock">) {
    let lastAt = Number.NEGATIVE_INFINITY;
    this.#unlisten = context.onInterrupt((interrupt) => {
      const at = context.clock.now();
      const isEcho = at - lastAt < echoMs;
      lastAt = at;
      if (isEcho) return;
      this.#alsoTell?.(interrupt);
      if (this.#first !== null) this.#pressed.abort();
      this.#first ??= interrupt;
      this.#told.abort();
    });
  }

  /** Aborted by the first interrupt. */
  get told(): AbortSignal {
    return this.#told.signal;
  }

  /** Aborted by the second. */
  get pressed(): AbortSignal {
    return this.#pressed.signal;
  }

  /** The exit code of a run that was interrupted before it was ready. */
  get exitCode(): number {
    return interruptExitCode(this.#first ?? "SIGINT");
  }

  /** While `work` lasts, somebody else hears of each interrupt too. */
  async sharedWith<T>(listener: (interrupt: Interrupt) => void, work: Promise<T>): Promise<T> {
    this.#alsoTell = listener;
    try {
      return await work;
    } finally {
      this.#alsoTell = null;
    }
  }

  close(): void {
    this.#unlisten();
  }
}
