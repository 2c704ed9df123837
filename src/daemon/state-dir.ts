import { chmodSync, closeSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Abort } from "../lib/abort.ts";
import { errnoOf } from "../lib/errno.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { paths } from "./paths.ts";

/**
 * Makes `.orchestra` under `root`, for its user alone and ignored by git, or makes sure that it can be used.
 * Throws an Abort that names the path where it cannot.
 */
export function prepareStateDir(root: string): string {
  const dir = paths.stateDir(root);
  try {
    const created = mkdirSync(dir, { recursive: true, mode: 0o700 }) !== undefined;
    if (!created && (statSync(dir).mode & 0o022) !== 0) chmodSync(dir, 0o700);
    writeOnce(join(dir, ".gitignore"), "*\n");
    // The log is opened by whoever launches the daemon; trying it here names the cause before a process is started.
    closeSync(openSync(paths.daemonLog(root), "a", 0o600));
  } catch (error) {
    throw stateDirAbort(dir, errnoOf(error), ownerOf(dir));
  }
  return dir;
}

/** What to tell a user whose `.orchestra` cannot be used. `owner`: the uid that the folder belongs to, where it exists. */
export function stateDirAbort(dir: string, errno: string, owner: number | null): Abort {
  const uid = process.getuid?.() ?? null;
  switch (errno) {
    case "EROFS":
      return abort(`cannot write ${dir}: the file system is read-only`, "Orchestra keeps logs and state there");
    case "EACCES":
    case "EPERM":
      return owner !== null && uid !== null && owner !== uid
        ? abort(
            `cannot use ${dir}: it belongs to another user (uid ${owner})`,
            `give it to you: sudo chown -R ${uid} ${dir}`,
          )
        : abort(`cannot create or write ${dir}: no permission`, `make ${dirname(dir)} writable for you`);
    case "ENOENT":
      return abort(`cannot create ${dir}: ${dirname(dir)} does not exist`, null);
    case "EEXIST":
    case "ENOTDIR":
      return abort(
        `cannot create the folder ${dir}: a file of that name is in the way`,
        `move it away: mv ${dir} ${dir}.old`,
      );
    case "ENOSPC":
    case "EDQUOT":
      return abort(`cannot write ${dir}: no space left`, null);
    default:
      return abort(`cannot use ${dir}: ${errno}`, null);
  }
}

function abort(message: string, hint: string | null): Abort {
  return new Abort(exitCodes.unreachable, message, hint);
}

function writeOnce(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}

function ownerOf(path: string): number | null {
  try {
    return statSync(path).uid;
  } catch {
    return null;
  }
}
