import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Abort } from "../../lib/abort.ts";
import { errnoOf } from "../../lib/errno.ts";
import { exitCodes } from "../../lib/exit-codes.ts";

/**
 * A file that is written once, at the end, wholly or not at all. That it can be written is found out at the beginning, and
 * what an earlier run left in its place is gone from then on.
 */
export class OutputFile {
  readonly #path: string;
  readonly #temporary: string;

  /** Makes the folders above it. Throws an Abort where it cannot be written; `option` is who asked for it. */
  constructor(cwd: string, path: string, option: string) {
    const target = resolve(cwd, path);
    try {
      mkdirSync(dirname(target), { recursive: true });
      const found = statSync(target, { throwIfNoEntry: false });
      if (path.endsWith("/") || found?.isDirectory() === true) throw unusable(option, path, "it is a folder");
      // A rename would put a file in the place of a device or a pipe.
      if (found !== undefined && !found.isFile()) throw unusable(option, path, "it is no plain file");
      this.#path = found === undefined ? target : realpathSync(target);
      this.#temporary = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}.tmp`);
      writeFileSync(this.#temporary, "");
      rmSync(this.#temporary);
      rmSync(this.#path, { force: true });
    } catch (error) {
      if (error instanceof Abort) throw error;
      throw unusable(option, path, `it cannot be written (${errnoOf(error)})`);
    }
  }

  /** Throws what the file system says. */
  write(text: string): void {
    try {
      writeFileSync(this.#temporary, text);
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      rmSync(this.#temporary, { force: true });
      throw error;
    }
  }
}

function unusable(option: string, path: string, why: string): Abort {
  return new Abort(exitCodes.usage, `${option} ${path}: ${why}`, `give ${option} a file that can be written`);
}
