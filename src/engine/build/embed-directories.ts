import { join } from "node:path";
import type { NameFilter } from "./input-directory.ts";
import { segmentPattern } from "./segment-pattern.ts";
import type { StatCache } from "./stat-cache.ts";

const mostDirectories = 2000;

/**
 * The directories in which a new file could match a `//go:embed` pattern of the package in `dir`; null where there are
 * too many of them to keep an eye on.
 */
export function embedDirectories(
  dir: string,
  pattern: string,
  stats: StatCache,
): { dir: string; filter: NameFilter }[] | null {
  const found: { dir: string; filter: NameFilter }[] = [];
  let places = [dir];
  for (const segment of pattern.replace(/^all:/, "").split("/")) {
    const matches = segmentPattern(segment);
    const next: string[] = [];
    for (const place of places) {
      found.push({ dir: place, filter: `match:${segment}` });
      for (const name of stats.names(place)) if (matches.test(name)) next.push(join(place, name));
    }
    places = next;
  }
  while (places.length > 0) {
    const place = places.pop() as string;
    if (stats.stat(place)?.isDirectory() !== true) continue;
    found.push({ dir: place, filter: "all" });
    if (found.length > mostDirectories) return null;
    for (const name of stats.names(place)) places.push(join(place, name));
  }
  return found;
}
