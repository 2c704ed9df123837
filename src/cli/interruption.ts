import type { CliContext, Interrupt } from "./cli-context.ts";
import { interruptExitCode } from "./interrupt-exit-code.ts";

/** The first interrupt that reaches a verb while it waits. Later ones change nothing; `end` gives signals their usual meaning back. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #unlisten: () => void;
  #first: Interrupt | null = null;

  constructor(context: Pick<CliContext, "onInterrupt">) {
    this.#unlisten = context.onInterrupt((interrupt) => {
      this.#first ??= interrupt;
      this.#controller.abort();
    });
  }

  /** Aborted by the first interrupt. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the verb exits with where it was interrupted. */
  get exitCode(): number {
    return interruptExitCode(this.#first ?? "SIGINT");
  }

  end(): void {
    this.#unlisten();
  }
}
