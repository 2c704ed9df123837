import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { Abort } from "../lib/abort.ts";
import { errnoOf } from "../lib/errno.ts";
import { exitCodes } from "../lib/exit-codes.ts";

/** A socket's path must fit into 108 bytes (104 on macOS) with its terminating zero. */
const maxPathBytes = 100;

/**
 * Where the daemon of the fleet at `root` would listen: `$XDG_RUNTIME_DIR/orchestra/<hash>.sock`, else in
 * `orchestra-<uid>` under the temp folder. Touches nothing. A client that knows `daemon.json` uses the path in there,
 * since the environment that decides this differs between shells, sudo and CI.
 */
export function socketPathOf(root: string, env: NodeJS.ProcessEnv = process.env): string {
  // Not imported: clients load this file, and only those that find no daemon.json need the 2 ms of node:crypto.
  const hash = process.getBuiltinModule("node:crypto").hash("sha256", realPathOr(root)).slice(0, 16);
  for (const dir of candidateDirs(env)) {
    const path = join(dir, `${hash}.sock`);
    if (Buffer.byteLength(path) < maxPathBytes) return path;
  }
  return join("/tmp", `orchestra-${userId()}`, `${hash}.sock`);
}

/**
 * Makes the folder of a socket, for its user alone. Throws an Abort where it is a link, somebody else's, or cannot be
 * made: in a shared temp folder anybody may have made it first.
 */
export function prepareSocketDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const stat = lstatSync(dir);
    const problem = socketDirProblem({ isDirectory: stat.isDirectory(), uid: stat.uid }, userId());
    if (problem !== null) throw new Abort(exitCodes.unreachable, `cannot listen in ${dir}: ${problem}`, elsewhere);
    if ((stat.mode & 0o077) !== 0) chmodSync(dir, 0o700);
  } catch (error) {
    if (error instanceof Abort) throw error;
    const errno = errnoOf(error);
    const why = errno === "EEXIST" ? "it is not a folder" : errno;
    throw new Abort(exitCodes.unreachable, `cannot make the folder ${dir} for the daemon's socket: ${why}`, elsewhere);
  }
}

const elsewhere = "set XDG_RUNTIME_DIR or TMPDIR to a folder that is yours";

/** Why a folder must not hold the socket, or null. */
export function socketDirProblem(found: { isDirectory: boolean; uid: number }, uid: number): string | null {
  if (!found.isDirectory) return "it is not a folder";
  if (found.uid !== uid) return `it belongs to another user (uid ${found.uid})`;
  return null;
}

function candidateDirs(env: NodeJS.ProcessEnv): string[] {
  const dirs: string[] = [];
  const runtime = env.XDG_RUNTIME_DIR;
  if (runtime !== undefined && isAbsolute(runtime) && isOurs(runtime)) dirs.push(join(runtime, "orchestra"));
  dirs.push(join(tmpdir(), `orchestra-${userId()}`));
  return dirs;
}

/** Under `sudo` or `su` the variable is still that of the first user, whose folder must not be used. */
function isOurs(dir: string): boolean {
  try {
    const stat = statSync(dir);
    return stat.isDirectory() && stat.uid === userId();
  } catch {
    return false;
  }
}

function userId(): number {
  return process.getuid?.() ?? 0;
}

function realPathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
