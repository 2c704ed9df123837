import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Abort } from "../../lib/abort.ts";
import { errnoOf } from "../../lib/errno.ts";
import { exitCodes } from "../../lib/exit-codes.ts";

/** The logs of what failed are in it. */
const logFolder = "failed-logs";

/**
 * The folder of `--report`. Other files in it are left alone, so that it may be shared; what an earlier run wrote is gone
 * from the beginning.
 */
export class ReportFolder {
  readonly path: string;

  /** Makes the folder. Throws an Abort where it cannot be written. */
  constructor(cwd: string, path: string) {
    if (path === "") throw unusable(path, "it has no name");
    this.path = resolve(cwd, path);
    try {
      mkdirSync(join(this.path, logFolder), { recursive: true });
      for (const name of readdirSync(join(this.path, logFolder))) {
        if (name.endsWith(".log")) rmSync(join(this.path, logFolder, name), { force: true });
      }
      for (const name of ["events.ndjson", "config.json", "summary.md"]) {
        const file = join(this.path, name);
        if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
          throw unusable(path, `${name} in it is a folder`);
        writeFileSync(file, "");
        if (name !== "events.ndjson") rmSync(file);
      }
    } catch (error) {
      if (error instanceof Abort) throw error;
      throw unusable(path, `it cannot be written (${errnoOf(error)})`);
    }
  }

  /** The log of a unit, `api#1`, or of a service's build, `api`: its path from the folder. */
  logPath(name: string): string {
    // GitHub and GitLab show it behind an address, where `#` would end the path.
    return `${logFolder}/${name.includes("#") ? name.replace("#", "-") : `${name}.build`}.log`;
  }

  /** Throws what the file system says. */
  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }
}

function unusable(path: string, why: string): Abort {
  return new Abort(exitCodes.usage, `--report ${path}: ${why}`, "give --report a folder that can be written");
}
