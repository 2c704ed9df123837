import { globSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

/**
 * The folders with a package.json that the patterns of a workspace name from its root: `packages/*`, `apps/**`,
 * `{a,b}/*`; `!apps/old` takes back what earlier ones named. Sorted, below the root, and never in a node_modules.
 */
export function workspaceMembers(root: string, patterns: readonly string[]): string[] {
  const members = new Set<string>();
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith("!");
    for (const folder of foldersOf(root, isNegated ? pattern.slice(1) : pattern)) {
      if (isNegated) members.delete(folder);
      else members.add(folder);
    }
  }
  return [...members].sort();
}

function foldersOf(root: string, pattern: string): string[] {
  // They lead out of the workspace, and who knows how much would be searched.
  if (pattern.startsWith("/") || pattern.split("/").includes("..")) return [];
  const files = globSync(`${pattern.replace(/\/+$/, "")}/package.json`, { cwd: root, exclude: isPassedOver });
  return files.map((file) => dirname(resolve(root, file))).filter((folder) => isBelow(folder, root));
}

/** A folder of packages that were installed, and what tools keep for themselves. */
function isPassedOver(path: string): boolean {
  const name = basename(path);
  return name === "node_modules" || (name.startsWith(".") && name !== "." && name !== "..");
}

/** True for a folder in `parent`, however deep, that no installed package is on the way to. Both are absolute and tidy. */
export function isBelow(folder: string, parent: string): boolean {
  // Asked ten thousand times for a large workspace, so without node:path.
  const prefix = parent === "/" ? parent : `${parent}/`;
  return folder.startsWith(prefix) && folder !== prefix && !`${folder}/`.includes("/node_modules/", prefix.length - 1);
}
