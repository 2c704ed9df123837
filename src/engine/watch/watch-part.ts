import { basename, dirname } from "node:path";
import { isGoInput } from "../build/input-directory.ts";
import { segmentPattern } from "../build/segment-pattern.ts";
import type { ChangeKind } from "./coalesce.ts";
import { type GitignoreFiles, type IgnoreReason, IgnoreTree } from "./ignore-tree.ts";
import {
  isModuleFile,
  type WatchedDirectory,
  type WatchFilter,
  type WatchIgnore,
  type WatchPlan,
} from "./watch-plan.ts";

/** A file, or a directory with what counts in it. Services that need the same have parts of one key. */
export interface WatchPart {
  key: string;
  /** Absolute: what is handed to the system to be watched. */
  path: string;
  /** `files`: those in the folder, and no folders in it. */
  reach: "file" | "files" | "tree";
  /** Of which kind a file in its reach is; null where it does not count. */
  kindOf(file: string): ChangeKind | null;
  /** Whether a folder in its reach, below `path`, may have files that count. */
  wantsFolder(folder: string): boolean;
  /** Which rule leaves a file or folder out, that is in a folder of its reach; null where none does. */
  reasonFor(path: string, isFolder: boolean): IgnoreReason | null;
  /** It is watched for the rules in it alone: a .gitignore above what it is about. */
  isOfRules: boolean;
}

/** The parts of a plan. `version` is that of the .gitignore files: another one makes other parts of what heeds them. */
export function partsOf(plan: WatchPlan, gitignores: GitignoreFiles, version: number): WatchPart[] {
  const directories = plan.directories.map((directory) => directoryPart(directory, plan.ignore, gitignores, version));
  const heeding = plan.directories.filter(({ gitignore }) => gitignore);
  const above = new Set(heeding.flatMap(({ dir }) => gitignores.above(dir)));
  return [...directories, ...plan.files.map(filePart), ...[...above].map(rulesPart)];
}

function filePart(path: string): WatchPart {
  return {
    key: path,
    path,
    reach: "file",
    kindOf: () => "source",
    wantsFolder: () => false,
    reasonFor: () => null,
    isOfRules: false,
  };
}

/** The folder, not the file: one that comes only later is heeded too, and both are one watch. */
function rulesPart(dir: string): WatchPart {
  return {
    key: `rules in ${dir}`,
    path: dir,
    reach: "files",
    kindOf: (file) => (basename(file) === ".gitignore" ? "source" : null),
    wantsFolder: () => false,
    reasonFor: () => null,
    isOfRules: true,
  };
}

function directoryPart(
  directory: WatchedDirectory,
  { globs, base, files }: WatchIgnore,
  gitignores: GitignoreFiles,
  version: number,
): WatchPart {
  const { dir, recursive, filter, gitignore } = directory;
  // So that a package that many services import is one part, whatever each of them ignores elsewhere.
  const ignore = {
    globs,
    base: globs.length === 0 ? "" : base,
    files: files.filter((file) => (recursive ? file.startsWith(`${dir}/`) : dirname(file) === dir)),
  };
  const ignored = new IgnoreTree(dir, ignore, gitignore ? gitignores : null);
  const accepts = acceptanceOf(filter);
  return {
    key: JSON.stringify([dir, recursive, filter, gitignore ? version : null, ignore]),
    path: dir,
    reach: recursive ? "tree" : "files",
    kindOf: (file) => {
      const kind = accepts(basename(file));
      return kind === null || ignored.ignores(file, false) ? null : kind;
    },
    wantsFolder: (folder) =>
      recursive && !(filter === "go-tree" && goSkips.test(basename(folder))) && !ignored.ignores(folder, true),
    reasonFor: (path, isFolder) => ignored.reasonFor(path, isFolder),
    isOfRules: false,
  };
}

/** Folders that the go command passes over. */
const goSkips = /^[._]|^testdata$/;

function acceptanceOf(filter: WatchFilter): (name: string) => ChangeKind | null {
  if (filter === "all") return () => "source";
  if (filter === "go" || filter === "go-tree") {
    const isSource = filter === "go" ? isGoInput : (name: string) => name.endsWith(".go");
    return (name) => {
      if (name.endsWith("_test.go") && !/^[._]/.test(name)) return "test";
      return isSource(name) || isModuleFile(name) ? "source" : null;
    };
  }
  const pattern = segmentPattern(filter.slice("match:".length));
  return (name) => (pattern.test(name) ? "source" : null);
}
