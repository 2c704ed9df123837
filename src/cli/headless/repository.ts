import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { AnnotationPlace } from "./workflow-command.ts";

/** The folder that paths in annotations begin at: the checkout that GitHub names, else the git root, else the fleet's. */
export function repositoryOf(fleetRoot: string, env: Readonly<Record<string, string>>): string {
  const workspace = env.GITHUB_WORKSPACE;
  if (workspace !== undefined && isAbsolute(workspace) && isInside(workspace, fleetRoot)) return workspace;
  for (let folder = fleetRoot; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
  }
  return fleetRoot;
}

/** A file as the repository names it; null where it is none of its files. `file` may be from `folder`. */
export function placeInRepository(
  repository: string,
  folder: string,
  { file, line, column }: AnnotationPlace,
): AnnotationPlace | null {
  const path = resolve(folder, file);
  if (!isInside(repository, path) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  return { file: relative(repository, path), line, column };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}
