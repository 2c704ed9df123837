import { accessSync, constants, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** Whether a program is there to be executed by somebody who stands in `dir`, as a shell would look for it. */
export function findProgram(
  word: string,
  dir: string,
  path: string | undefined,
): "found" | "missing" | "not-executable" {
  // Then the shell has a path of its own.
  if (path === undefined && !word.includes("/")) return "found";
  const places = word.includes("/")
    ? [resolve(dir, word)]
    : (path ?? "").split(":").map((folder) => join(resolve(dir, folder === "" ? "." : folder), word));
  const files = places.filter(isFile);
  if (files.length === 0) return "missing";
  return files.some(isExecutable) ? "found" : "not-executable";
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
