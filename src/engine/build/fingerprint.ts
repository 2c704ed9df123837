import { join } from "node:path";
import { type NameFilter, namesThatMatter } from "./input-directory.ts";
import type { StatCache } from "./stat-cache.ts";

/** What a build was made of, by name. */
export interface BuildInputs {
  /** Absolute paths; that a file is missing is an input too. */
  files: string[];
  /** Those with the filter `go` or `all` count with the files in them that matter. */
  directories: { dir: string; filter: NameFilter }[];
}

/** What the inputs were like, as it is kept on disk. */
export interface Fingerprint {
  /** Path, size, and times of the last change of content and of the entry, in milliseconds; size -1: not there. */
  files: [path: string, size: number, mtimeMs: number, ctimeMs: number][];
  /** Where `mtimeMs` is the same, the names are; 0: the names must be compared. */
  directories: { dir: string; filter: NameFilter; mtimeMs: number; names: string[] }[];
}

const mostFiles = 5000;
/** File times come from a clock that ticks every 4 to 10 ms. */
const clockTickMs = 20;
/** Some file systems keep whole seconds only, or even ones. */
const coarseTickMs = 2100;

/**
 * What the inputs are like now, if that is also what they were like when the build began at `startedAt` (milliseconds
 * since the epoch). Null where in doubt: something changed since, or there is too much to compare.
 * `namesBefore` tells the names that mattered in a directory before the build, where they are known.
 */
export function takeFingerprint(
  inputs: BuildInputs,
  startedAt: number,
  namesBefore: ReadonlyMap<string, string[]>,
  stats: StatCache,
): Fingerprint | null {
  const paths = new Set(inputs.files);
  const directories: Fingerprint["directories"] = [];
  for (const { dir, filter } of inputs.directories) {
    const found = stats.stat(dir);
    if (found === null) return null;
    const names = namesThatMatter(dir, filter, stats);
    const isOld = isBefore(found.mtimeMs, startedAt);
    // A service that runs in its package's folder may write files there: then the names say that none of ours changed.
    if (!isOld && !(filter === "go" && sameNames(names, namesBefore.get(dir) ?? []))) return null;
    directories.push({ dir, filter, mtimeMs: isOld ? found.mtimeMs : 0, names });
    for (const name of names) paths.add(join(dir, name));
  }
  if (paths.size > mostFiles) return null;
  const files: Fingerprint["files"] = [];
  for (const path of paths) {
    const found = stats.stat(path);
    if (found === null) {
      files.push([path, -1, 0, 0]);
    } else if (found.isDirectory()) {
      // Its listing counts, where it matters; its times change with every file that comes and goes.
    } else if (isBefore(found.ctimeMs, startedAt) && isBefore(found.mtimeMs, startedAt)) {
      files.push([path, found.size, found.mtimeMs, found.ctimeMs]);
    } else {
      return null;
    }
  }
  return { files, directories };
}

/** True where all inputs are as they were. */
export function matchesFingerprint(fingerprint: Fingerprint, stats: StatCache): boolean {
  for (const { dir, filter, mtimeMs, names } of fingerprint.directories) {
    const found = stats.stat(dir);
    if (found === null) return false;
    if (found.mtimeMs === mtimeMs) continue;
    if (!sameNames(names, namesThatMatter(dir, filter, stats))) return false;
  }
  for (const [path, size, mtimeMs, ctimeMs] of fingerprint.files) {
    const found = stats.stat(path);
    if (found === null) {
      if (size !== -1) return false;
    } else if (found.size !== size || found.mtimeMs !== mtimeMs || found.ctimeMs !== ctimeMs) {
      return false;
    }
  }
  return true;
}

function isBefore(timeMs: number, startedAt: number): boolean {
  const tickMs = timeMs % 1000 === 0 ? coarseTickMs : clockTickMs;
  return timeMs < startedAt - tickMs;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at]);
}
