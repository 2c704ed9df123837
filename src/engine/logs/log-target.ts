import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Failure } from "../../model/failure.ts";

/** The files for a child's stdout and stderr, the same twice unless stderr is split. */
export type LogTarget = { ok: true; out: string; err: string } | { ok: false; failure: Failure };

/** Makes the files, one or two. They and their folders are the user's alone: logs hold secrets more often than anyone means. */
export function makeLogTarget(paths: readonly [out: string, err?: string]): LogTarget {
  for (const path of paths) {
    if (path === undefined) continue;
    try {
      closeSync(openForAppend(path));
    } catch (error) {
      return { ok: false, failure: logUnwritable(path, error) };
    }
  }
  const [out, err = out] = paths;
  return { ok: true, out, err };
}

/** What the system said when a log could not be made or followed. */
export function logUnwritable(file: string, error: unknown): Failure {
  const errno = errnoOf(error);
  return {
    kind: "log-unwritable",
    file,
    errno,
    message: `its log ${file} cannot be written (${errno})`,
    hint: hintFor(errno),
  };
}

function openForAppend(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, "a", 0o600);
  }
}

function hintFor(errno: string): string {
  if (errno === "ENOSPC" || errno === "EDQUOT") return "the disk is full: make room, or lower logs.max_size";
  if (errno === "EMFILE" || errno === "ENFILE") return "too many files are open: raise the limit (ulimit -n)";
  if (errno === "ENOTDIR" || errno === "EEXIST") return "a file is where a folder must be: move it away";
  return "make its folder writable for you";
}

function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
