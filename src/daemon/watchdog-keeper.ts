import { messageOf } from "../lib/message-of.ts";
import { type LaunchOptions, launchWatchdog, type Watchdog } from "./launch-daemon.ts";

/** One that is killed again and again is not started faster than this. */
const restartMs = 1_000;

/** Keeps a watchdog for as long as one is needed. */
export class WatchdogKeeper {
  readonly #root: string;
  readonly #options: LaunchOptions;
  readonly #log: (line: string) => void;
  #watchdog: Watchdog | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isNeeded = false;

  constructor(root: string, options: LaunchOptions, log: (line: string) => void) {
    this.#root = root;
    this.#options = options;
    this.#log = log;
  }

  /** From now on one is needed, or none. Never throws: without one, it is as if nobody had thought of it. */
  need(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (isNeeded) this.#launch();
    else this.#watchdog?.release();
    if (!isNeeded) this.#watchdog = null;
  }

  #launch(): void {
    if (this.#watchdog !== null) return;
    try {
      this.#watchdog = launchWatchdog(this.#root, { ...this.#options, onEnd: () => this.#onEnd() });
    } catch (error) {
      this.#log(`the watchdog could not be started: ${messageOf(error)}`);
    }
  }

  #onEnd(): void {
    this.#watchdog = null;
    if (!this.#isNeeded) return;
    this.#log("the watchdog has ended; starting another one");
    this.#timer = setTimeout(() => this.#launch(), restartMs);
    this.#timer.unref();
  }
}
