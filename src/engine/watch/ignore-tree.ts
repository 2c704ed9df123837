import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { IgnoreSource } from "../../model/inspection.ts";
import { decidingRule, type IgnoreRule, parseIgnoreRules } from "./ignore-rules.ts";
import { isNeverWatched, outputRules } from "./usual-ignores.ts";
import type { WatchIgnore } from "./watch-plan.ts";

/** The .gitignore files of one moment: each is read once. To be thrown away when one of them changes. */
export class GitignoreFiles {
  readonly #rules = new Map<string, readonly IgnoreRule[]>();
  readonly #tops = new Map<string, string>();

  /** The rules of the file in `dir`; none where there is no such file. */
  rulesIn(dir: string): readonly IgnoreRule[] {
    let rules = this.#rules.get(dir);
    if (rules === undefined) {
      rules = read(join(dir, ".gitignore"));
      this.#rules.set(dir, rules);
    }
    return rules;
  }

  /** The topmost folder whose rules count for `dir`: that of its repository, or itself where it is in none. */
  topOf(dir: string): string {
    let top = this.#tops.get(dir);
    if (top === undefined) {
      top = repositoryOf(dir) ?? dir;
      this.#tops.set(dir, top);
    }
    return top;
  }

  /** The folders above `dir` whose rules count for it, nearest first. */
  above(dir: string): string[] {
    const top = this.topOf(dir);
    const folders: string[] = [];
    for (let place = dir; place !== top; place = dirname(place)) folders.push(dirname(place));
    return folders;
  }
}

/** Why something does not count: the rule as it is written, and where. `config`: it is watched, as somebody else's. */
export interface IgnoreReason {
  rule: string;
  from: IgnoreSource | "config";
}

/** What does not count below one watched folder. Folders are asked about before what is in them. */
export class IgnoreTree {
  readonly #root: string;
  readonly #ignore: WatchIgnore;
  readonly #isTold: ReadonlySet<string>;
  readonly #globs: readonly IgnoreRule[];
  readonly #gitignores: GitignoreFiles | null;
  /** Folders below the root, once they were asked about. */
  readonly #folders = new Map<string, boolean>();

  /** `root` itself is never ignored: somebody named it. `gitignores`: null where they, and usual outputs, count. */
  constructor(root: string, ignore: WatchIgnore, gitignores: GitignoreFiles | null) {
    this.#root = root;
    this.#ignore = ignore;
    this.#isTold = new Set(ignore.files);
    this.#globs = parseIgnoreRules(ignore.globs.join("\n"));
    this.#gitignores = gitignores;
  }

  /** Whether the file or folder, or a folder that it is in, is ignored. `path` is the root or below it. */
  ignores(path: string, isFolder: boolean): boolean {
    if (path === this.#root) return false;
    if (!isFolder) return this.ignores(dirname(path), true) || this.reasonFor(path, false) !== null;
    let answer = this.#folders.get(path);
    if (answer === undefined) {
      answer = this.ignores(dirname(path), true) || this.reasonFor(path, true) !== null;
      this.#folders.set(path, answer);
    }
    return answer;
  }

  /** Why the file or folder itself is ignored, wherever it is; null where it is not. */
  reasonFor(path: string, isFolder: boolean): IgnoreReason | null {
    const name = basename(path);
    if (isNeverWatched(name)) return { rule: name, from: "always" };
    if (this.#isTold.has(path)) return { rule: name, from: "config" };
    // What the service's own rules say comes last in the manner of .gitignore, so it is asked first.
    const own =
      this.#globs.length === 0 ? null : decidingRule(this.#globs, relative(this.#ignore.base, path), isFolder);
    if (own !== null) return reasonOf(own, "watch.ignore");
    if (this.#gitignores === null) return null;
    const top = this.#gitignores.topOf(this.#root);
    for (let dir = dirname(path); ; dir = dirname(dir)) {
      const rules = this.#gitignores.rulesIn(dir);
      // Asked for each file of the fleet, so without `relative`, which makes a dozen strings.
      const below = path.slice(dir.endsWith("/") ? dir.length : dir.length + 1);
      const rule = rules.length === 0 ? null : decidingRule(rules, below, isFolder);
      if (rule !== null) return reasonOf(rule, ".gitignore");
      if (dir === top || dir === dirname(dir)) break;
    }
    const output = decidingRule(outputRules, name, isFolder);
    return output === null ? null : reasonOf(output, "build outputs");
  }
}

function reasonOf({ text, isNegated }: IgnoreRule, from: IgnoreSource): IgnoreReason | null {
  return isNegated ? null : { rule: text, from };
}

function repositoryOf(dir: string): string | null {
  for (let place = dir; ; place = dirname(place)) {
    if (existsSync(join(place, ".git"))) return place;
    if (place === dirname(place)) return null;
  }
}

function read(file: string): readonly IgnoreRule[] {
  try {
    return parseIgnoreRules(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}
