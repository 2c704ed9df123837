import { segmentPattern } from "./segment-pattern.ts";
import type { StatCache } from "./stat-cache.ts";

/**
 * Which names of a directory matter to a build: `go` those that the go command compiles or weighs, `all` every name,
 * `match:<glob>` those that one segment of an embed pattern matches.
 */
export type NameFilter = "go" | "all" | `match:${string}`;

const sources = /\.(go|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|sx|swig|swigcxx|syso)$/;

/** The names in `dir` that matter, in ascending order. Test files are no input of a program. */
export function namesThatMatter(dir: string, filter: NameFilter, stats: StatCache): string[] {
  const names = stats.names(dir);
  if (filter === "all") return [...names];
  if (filter === "go") return names.filter(isGoInput);
  const pattern = segmentPattern(filter.slice("match:".length));
  return names.filter((name) => pattern.test(name));
}

/** As the go command does, leaves out `_x` and `.x`; `default.pgo` is the profile that it optimises by. */
export function isGoInput(name: string): boolean {
  if (name.startsWith("_") || name.startsWith(".")) return false;
  return (sources.test(name) && !name.endsWith("_test.go")) || name === "default.pgo";
}
