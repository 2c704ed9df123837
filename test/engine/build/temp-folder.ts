import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { processesOf } from "../../helpers/processes-of.ts";
import { waitUntil } from "../../helpers/wait-until.ts";

/** A folder of one test, to be removed at its end. */
export class TempFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "build-")));

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes files by their paths in the folder, and makes the folders that they need. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.join(name)), { recursive: true });
      writeFileSync(this.join(name), text);
    }
  }

  /** A change of the times alone, as `touch` makes it. */
  touch(name: string): void {
    const now = new Date();
    utimesSync(this.join(name), now, now);
  }

  /** Fails where a process of the test still lives. */
  async [Symbol.asyncDispose](): Promise<void> {
    await waitUntil("no process is left in the folder of the test", () => processesOf(this.path).length === 0);
    rmSync(this.path, { recursive: true, force: true });
  }
}
