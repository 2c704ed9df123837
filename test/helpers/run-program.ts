import { type ChildProcess, spawn } from "node:child_process";
import { waitUntil } from "./wait-until.ts";

/** How a program ended, and all that it wrote. */
export interface Outcome {
  /** Null where a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Written to its standard input, which is then closed; without it, it reads /dev/null. */
  input?: string;
  /** After this long it is killed, and `ended` rejects with what it wrote. */
  limitMs?: number;
}

/** A program that runs beside the test, without a terminal. */
export class RunningProgram {
  readonly pid: number;
  /** Resolves once it has ended and its output is read to the end, however it ended. */
  readonly ended: Promise<Outcome>;
  stdout = "";
  stderr = "";
  readonly #child: ChildProcess;
  readonly #title: string;
  #hasEnded = false;

  constructor(command: string, args: string[], options: ProgramOptions) {
    const limitMs = options.limitMs ?? 60_000;
    this.#title = [command.replace(/^.*\//, ""), ...args].join(" ");
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    this.pid = this.#child.pid ?? -1;
    this.#child.stdin?.on("error", () => {});
    this.#child.stdin?.end(options.input);
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#child.kill("SIGKILL");
        reject(new Error(`\`${this.#title}\` did not end within ${limitMs} ms\n${this.describe()}`));
      }, limitMs);
      this.#child.once("error", (error) => {
        clearTimeout(limit);
        this.#hasEnded = true;
        reject(error);
      });
      this.#child.once("close", (code, signal) => {
        clearTimeout(limit);
        this.#hasEnded = true;
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.ended.catch(() => {});
  }

  /** Both streams as they are now, fit for a test's failure message. */
  describe(): string {
    return `--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#child.kill(signal);
  }

  /** Waits until one of its streams holds `text`; fails, showing both, where it ends before that or `limitMs` pass. */
  async waitFor(text: string | RegExp, limitMs = 20_000): Promise<void> {
    const isThere = (stream: string) => (typeof text === "string" ? stream.includes(text) : text.test(stream));
    try {
      await waitUntil(
        `\`${this.#title}\` writes ${text}`,
        () => {
          if (isThere(this.stdout) || isThere(this.stderr)) return true;
          if (this.#hasEnded) throw new Error(`\`${this.#title}\` ended without writing ${text}`);
          return false;
        },
        limitMs,
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.describe()}`, { cause: error });
    }
  }
}
