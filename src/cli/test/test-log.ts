import { createWriteStream, mkdirSync, rmSync, type WriteStream } from "node:fs";
import { dirname, join } from "node:path";
import type { TestKind } from "../../engine/tests/run-tests.ts";

/** Where the output of a service's last tests of a kind is kept. */
export function testLogPath(stateDir: string, service: string, kind: TestKind): string {
  return join(stateDir, "tests", service, `${kind}.log`);
}

/** The file that keeps what one run of tests writes; the run before is forgotten. It is for its user alone. */
export class TestLog {
  readonly path: string;
  readonly #stream: WriteStream;
  #isWritable = true;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(path, { force: true });
    this.#stream = createWriteStream(path, { mode: 0o600 });
    // A full disk is no reason to end the tests.
    this.#stream.on("error", () => {
      this.#isWritable = false;
    });
  }

  write(line: string): void {
    if (this.#isWritable) this.#stream.write(`${line}\n`);
  }

  /** Resolves to the path once all is written; to null where it could not be. */
  async end(): Promise<string | null> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.once("close", resolve);
    this.#stream.end();
    if (!this.#stream.closed) await promise;
    return this.#isWritable ? this.path : null;
  }
}
