import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, isAbsolute, resolve } from "node:path";
import type { Failure } from "../../model/failure.ts";

/** The part of a spawn request that can be at fault. */
export interface FailedSpawn {
  file: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Why a spawn failed that gave no reason: what the system would have said. Looks at folder, program and descriptors. */
export function errnoOfFailedSpawn(spawn: FailedSpawn): string {
  const folder = errnoOf(() => accessSync(spawn.cwd, constants.X_OK));
  if (folder !== null) return folder;
  const program = findProgram(spawn);
  if (program.path === null) return "ENOENT";
  const isExecutable = errnoOf(() => accessSync(program.path ?? "", constants.X_OK)) === null;
  if (!isExecutable || statSync(program.path).isDirectory()) return "EACCES";
  const interpreter = interpreterOf(program.path);
  if (interpreter !== null && !exists(interpreter)) return "ENOENT";
  return errnoOf(() => closeSync(openSync("/dev/null", "r"))) ?? "EAGAIN";
}

/** The failure as a person should read it: which of folder, program or interpreter is at fault, and what to do. */
export function explainSpawnFailure(spawn: FailedSpawn, errno: string): Failure {
  const { file, cwd } = spawn;
  const failure = (message: string, hint: string): Failure => ({ kind: "spawn-failed", file, errno, message, hint });
  const folder = folderProblem(cwd);
  if (folder !== null) return failure(folder, "correct the service's `dir`, or create the folder");
  const { path, searched } = findProgram(spawn);
  switch (errno) {
    case "ENOENT": {
      if (path === null && searched === null) {
        return failure(`${resolve(cwd, file)} does not exist`, "correct the command, or build the program first");
      }
      if (path === null) return failure(`${file} is not on the PATH`, hintForPath(file, searched ?? ""));
      const interpreter = interpreterOf(path);
      return interpreter === null
        ? failure(`${path} cannot be executed: its loader is missing`, "was it built for another system?")
        : failure(`${path} names an interpreter that does not exist: ${interpreter}`, "correct its first line (#!)");
    }
    case "EACCES": {
      const at = path ?? resolve(cwd, file);
      if (isDirectory(at)) return failure(`${at} is a folder, not a program`, "name the program in it");
      return failure(`${at} is not executable`, `try: chmod +x ${at}`);
    }
    case "ENOEXEC":
      return failure(
        `${path ?? file} is no program for this machine`,
        "a script needs a first line such as #!/bin/sh; a binary must be built for this system",
      );
    case "E2BIG":
      return failure(`${file} was given too long a command line or environment`, "shorten its arguments or `env`");
    case "EAGAIN":
      return failure(`the system would not start ${file}: the limit of processes is reached`, "see `ulimit -u`");
    case "ENOMEM":
      return failure(`the system would not start ${file}: out of memory`, "stop something, or start fewer services");
    case "EMFILE":
    case "ENFILE":
      return failure(`cannot start ${file}: too many open files`, "see `ulimit -n`");
    case "ERR_INVALID_ARG_VALUE":
      return failure(`${file} was given a zero byte in its command or environment`, "remove it");
    default:
      return failure(`${file} could not be started (${errno})`, "try the same command in a shell");
  }
}

function folderProblem(cwd: string): string | null {
  if (!exists(cwd)) return `its folder ${cwd} does not exist`;
  if (!isDirectory(cwd)) return `its folder ${cwd} is not a folder`;
  return errnoOf(() => accessSync(cwd, constants.X_OK)) === null ? null : `its folder ${cwd} may not be entered`;
}

/** Where the program is, as execvp looks for it. `searched` is the PATH for a bare name, else null. */
function findProgram(spawn: FailedSpawn): { path: string | null; searched: string | null } {
  if (spawn.file.includes("/")) {
    const path = isAbsolute(spawn.file) ? spawn.file : resolve(spawn.cwd, spawn.file);
    return { path: exists(path) ? path : null, searched: null };
  }
  const searched = spawn.env.PATH ?? "";
  const found = searched.split(delimiter).map((folder) => resolve(spawn.cwd, folder, spawn.file));
  const isExecutable = (path: string): boolean => errnoOf(() => accessSync(path, constants.X_OK)) === null;
  return { path: found.find((p) => isExecutable(p) && !isDirectory(p)) ?? found.find(exists) ?? null, searched };
}

function hintForPath(file: string, path: string): string {
  if (path === "") return "its environment has no PATH";
  const known: Record<string, string> = {
    go: "install Go: https://go.dev/dl",
    docker: "install Docker, or start it",
    node: "install Node.js",
  };
  return known[file] ?? `install ${file}, or give its path; PATH is ${path}`;
}

/** What the first line of a script says runs it; null for anything else. */
function interpreterOf(path: string): string | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, "r");
    const head = Buffer.alloc(256);
    const text = head.toString("utf8", 0, readSync(descriptor, head, 0, head.length, 0));
    return /^#![ \t]*([^\s]+)/.exec(text)?.[1] ?? null;
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function errnoOf(attempt: () => void): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "EUNKNOWN";
  }
}
