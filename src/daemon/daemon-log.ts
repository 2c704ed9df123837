import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";

/**
 * The daemon's own log. Its stdout and stderr are the same file, opened for append, so warnings of Node and the last
 * words of a crash are in it too. Bounded: past `maxBytes` the content moves to `<file>.1`. It is copied and cut, not
 * renamed, since the descriptors of stdout and stderr would follow a renamed file.
 */
export class DaemonLog {
  readonly #file: string;
  readonly #maxBytes: number;
  readonly #descriptor: number;
  #bytes: number;

  constructor(file: string, maxBytes = 5 * 1024 * 1024) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#descriptor = openSync(file, "a", 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
    this.#rotateWhenFull();
  }

  /** Writes one message, each of its lines behind the time. Losing it (a full disk) is no reason to end. */
  write(message: string): void {
    const time = new Date().toISOString();
    const text = `${time} ${message.trimEnd().replaceAll("\n", `\n${time}   `)}\n`;
    try {
      this.#bytes += writeSync(this.#descriptor, text);
      this.#rotateWhenFull();
    } catch {
      // There is nowhere else to say it.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotateWhenFull(): void {
    if (this.#bytes <= this.#maxBytes) return;
    try {
      copyFileSync(this.#file, `${this.#file}.1`);
    } catch {
      // No room for a copy: the bound matters more than the old lines.
    }
    ftruncateSync(this.#descriptor, 0);
    this.#bytes = 0;
  }
}
