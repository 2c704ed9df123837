import { type IPty, spawn } from "@lydell/node-pty";
import type { Terminal } from "@xterm/headless";
import xterm from "@xterm/headless";
import { orchestraBin } from "./bench-fleet.ts";

const frameEnd = "\x1b[?2026l";
const clearScreen = "\x1b[2J";

/** The dashboard in a terminal emulator of 200×50 that reads all that it writes. */
export class BenchTerminal {
  readonly #pty: IPty;
  readonly #screen: Terminal;
  #bytes = 0;
  #frames = 0;
  #clears = 0;
  #onWritten: (() => void) | null = null;

  /** `program`: another than the dashboard of the fleet at `root`. */
  constructor(root: string, env: NodeJS.ProcessEnv, program = { file: orchestraBin, args: [] as string[] }) {
    this.#screen = new xterm.Terminal({ cols: 200, rows: 50, allowProposedApi: true });
    this.#pty = spawn(program.file, program.args, {
      cwd: root,
      cols: 200,
      rows: 50,
      env: { ...env, TERM: "xterm-256color", COLORTERM: "truecolor" } as Record<string, string>,
    });
    this.#pty.onData((data) => {
      this.#bytes += Buffer.byteLength(data);
      this.#frames += data.split(frameEnd).length - 1;
      this.#clears += data.split(clearScreen).length - 1;
      this.#screen.write(data, () => this.#onWritten?.());
    });
    this.#screen.onData((reply) => this.#pty.write(reply));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Bytes that the program has written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Frames drawn so far: each ends as a synchronized update. */
  get frames(): number {
    return this.#frames;
  }

  /** How often the whole screen was cleared. */
  get clears(): number {
    return this.#clears;
  }

  /** Reads no more, as a terminal that is stuck. */
  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  text(): string {
    const buffer = this.#screen.buffer.active;
    return Array.from(
      { length: 50 },
      (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? "",
    ).join("\n");
  }

  /** Resolves with the moment (of `performance.now`) at which the screen first met the condition. */
  async when(condition: (text: string) => boolean, limitMs = 20_000): Promise<number> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      if (condition(this.text())) return performance.now();
      if (performance.now() > deadline) throw new Error(`the screen never showed it:\n${this.text()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#onWritten = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Resolves once more than so many frames were drawn. */
  async frameAfter(count: number, limitMs = 5_000): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (this.#frames <= count) {
      if (performance.now() > deadline) throw new Error(`nothing was drawn any more:\n${this.text()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#onWritten = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  write(keys: string): void {
    this.#pty.write(keys);
  }

  kill(): void {
    this.#pty.kill("SIGKILL");
    this.#screen.dispose();
  }
}
