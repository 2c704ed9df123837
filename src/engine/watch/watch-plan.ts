import { basename, dirname, join } from "node:path";
import type { ServiceSpec, WatchSpec } from "../../model/service.ts";
import type { BuildInputs } from "../build/fingerprint.ts";
import type { NameFilter } from "../build/input-directory.ts";

/**
 * Which names count in a watched folder: those that a build weighs (`go`: with Go tests and the files of a module), or Go
 * sources and module files.
 */
export type WatchFilter = NameFilter | "go-tree";

/** A folder whose files are a part of a service. */
export interface WatchedDirectory {
  /** Absolute. */
  dir: string;
  /** With all folders below it, but for those that are ignored. */
  recursive: boolean;
  filter: WatchFilter;
  /** What the project's .gitignore files name, and what builds usually write, does not count. */
  gitignore: boolean;
}

/** What a service is made of, as far as it is watched. It need not exist yet. */
export interface WatchPlan {
  directories: WatchedDirectory[];
  /** Single files, by absolute path; nothing ignores them. */
  files: string[];
  ignore: WatchIgnore;
}

/** What does not count in the directories of a plan. What no plan watches (.git, node_modules, …) goes without saying. */
export interface WatchIgnore {
  /** In the manner of .gitignore, relative to `base`; the last one that matches decides. */
  globs: string[];
  base: string;
  /** Absolute paths that are somebody else's to watch: the service's config. */
  files: string[];
}

/** Those that say of a folder to which module or workspace it belongs. */
const moduleFiles = new Set(["go.mod", "go.sum", "go.work", "go.work.sum"]);

/** Whether a file of this name in the folder of a package is one of its module or workspace. */
export function isModuleFile(name: string): boolean {
  return moduleFiles.has(name);
}

/**
 * What to watch for `service`. `inputs` is what its last build was made of, where that is known; `exists` tells whether
 * there is a file.
 */
export function watchPlanOf(
  service: Pick<ServiceSpec, "dir" | "file" | "build" | "envFiles" | "watch">,
  inputs: BuildInputs | null,
  exists: (path: string) => boolean,
): WatchPlan {
  const { dir, file, envFiles, watch } = service;
  const isGo = service.build.kind === "go";
  const ignore = {
    globs: watch.ignore,
    base: dir,
    files: [file, ...envFiles.map(({ path }) => path)],
  };
  if (!isGo) return planOfPaths(watch, ignore);
  // Its own folder is the default of `watch.paths`, and go knows better; what was named besides it is read at run time.
  const besides = watch.paths.filter((path) => path !== dir).map(whole);
  if (inputs === null) {
    return {
      directories: [{ dir, recursive: true, filter: "go-tree", gitignore: false }, ...besides],
      files: moduleFilesAbove(dir, exists),
      ignore,
    };
  }
  return {
    directories: [...besides, ...goDirectories(inputs)],
    files: goFiles(inputs, exists),
    ignore,
  };
}

function planOfPaths({ paths, packages }: WatchSpec, ignore: WatchIgnore): WatchPlan {
  const named = new Set(paths);
  const besides = packages.filter((dir) => !named.has(dir) && !isBelowOneOf(dir, named));
  // A package may be a service too, whose settings are its own.
  const settings = besides.map((dir) => join(dir, "service.yml"));
  return {
    directories: [...paths, ...besides].map(whole),
    files: [],
    ignore: { ...ignore, files: [...ignore.files, ...settings] },
  };
}

function whole(dir: string): WatchedDirectory {
  return { dir, recursive: true, filter: "all", gitignore: true };
}

/** What is generated counts too, so .gitignore does not. An embedded folder is listed with each folder in it; as one it is followed when it grows. */
function goDirectories({ directories }: BuildInputs): WatchedDirectory[] {
  const embedded = new Set(directories.filter(({ filter }) => filter === "all").map(({ dir }) => dir));
  const seen = new Set<string>();
  const result: WatchedDirectory[] = [];
  for (const { dir, filter } of directories) {
    if (filter === "all" && isBelowOneOf(dir, embedded)) continue;
    const key = `${filter}\0${dir}`;
    if (!seen.has(key)) result.push({ dir, filter, recursive: filter === "all", gitignore: false });
    seen.add(key);
  }
  return result;
}

/**
 * Go looks for `go.mod` and `go.work` in every folder up to the root; only where a watch is kept anyway, a new one is
 * waited for. In a package's folder they count as part of it: waiting for each by its path looks through the folder at
 * every change in it, once for each of them.
 */
function goFiles({ files, directories }: BuildInputs, exists: (path: string) => boolean): string[] {
  const packages = new Set(directories.filter(({ filter }) => filter === "go").map(({ dir }) => dir));
  const watched = new Set(directories.map(({ dir }) => dir));
  return files.filter((path) => {
    const [name, dir] = [basename(path), dirname(path)];
    if (!isModuleFile(name) && name !== "modules.txt") return false;
    if (isModuleFile(name) && packages.has(dir)) return false;
    return watched.has(dir) || exists(path);
  });
}

/** What it is built by, where that is not in its own folder: a mistake in there may be why nothing else is known. */
function moduleFilesAbove(dir: string, exists: (path: string) => boolean): string[] {
  return ["go.mod", "go.work"].flatMap((name) => {
    for (let place = dir; place !== dirname(place); place = dirname(place)) {
      const file = join(place, name);
      if (exists(file)) return place === dir ? [] : [file];
    }
    return [];
  });
}

function isBelowOneOf(dir: string, others: ReadonlySet<string>): boolean {
  for (let place = dirname(dir); place !== dirname(place); place = dirname(place)) if (others.has(place)) return true;
  return false;
}
