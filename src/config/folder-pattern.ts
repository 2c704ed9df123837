import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folders that `pattern` names from `base`, sorted: itself, or those that its `*` and `?` stand for. */
export function expandFolders(pattern: string, base: string): string[] {
  if (!hasWildcard(pattern)) return [resolve(base, pattern)];
  let folders = [resolve(base, pattern.startsWith("/") ? "/" : ".")];
  for (const segment of pattern.split("/").filter((part) => part !== "")) {
    folders = hasWildcard(segment)
      ? folders.flatMap((folder) => matching(folder, segment))
      : folders.map((folder) => resolve(folder, segment));
  }
  return folders.filter(isFolder);
}

/** The folder that `pattern` searches first; a folder that appears in it may be one that it stands for. */
export function searchedFolder(pattern: string, base: string): string {
  const segments = pattern.split("/");
  const fixed = segments.slice(0, segments.findIndex(hasWildcard)).join("/");
  return resolve(base, fixed === "" && pattern.startsWith("/") ? "/" : fixed);
}

/** True for a folder that stands for several. */
export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

function matching(folder: string, segment: string): string[] {
  const source = segment
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", ".");
  const regex = new RegExp(`^${source}$`);
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith(".") && regex.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** True for a folder, also behind a link; false for what cannot be looked at. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
