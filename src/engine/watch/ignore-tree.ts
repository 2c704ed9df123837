import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type IgnoreRule, ignoreVerdict, parseIgnoreRules } from "./ignore-rules.ts";
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
    if (!isFolder) return this.ignores(dirname(path), true) || this.#ignoresOne(path, false);
    let answer = this.#folders.get(path);
    if (answer === undefined) {
      answer = this.ignores(dirname(path), true) || this.#ignoresOne(path, true);
      this.#folders.set(path, answer);
    }
    return answer;
  }

  #ignoresOne(path: string, isFolder: boolean): boolean {
    if (isNeverWatched(basename(path)) || this.#isTold.has(path)) return true;
    // What the service's own rules say comes last in the manner of .gitignore, so it is asked first.
    const own =
      this.#globs.length === 0 ? null : ignoreVerdict(this.#globs, relative(this.#ignore.base, path), isFolder);
    if (own !== null) return own === "ignored";
    if (this.#gitignores === null) return false;
    const top = this.#gitignores.topOf(this.#root);
    for (let dir = dirname(path); ; dir = dirname(dir)) {
      const rules = this.#gitignores.rulesIn(dir);
      const verdict = rules.length === 0 ? null : ignoreVerdict(rules, relative(dir, path), isFolder);
      if (verdict !== null) return verdict === "ignored";
      if (dir === top || dir === dirname(dir)) break;
    }
    return ignoreVerdict(outputRules, basename(path), isFolder) === "ignored";
  }
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
