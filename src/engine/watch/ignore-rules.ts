/** One line of a .gitignore file, or of `watch.ignore`. */
export interface IgnoreRule {
  /** As it is written. */
  text: string;
  pattern: RegExp;
  /** `!pattern`: takes back what an earlier rule said. */
  isNegated: boolean;
  /** `pattern/`: for folders alone. */
  isForFolders: boolean;
}

/**
 * The rules of a text in the format of .gitignore, in their order. They are about paths relative to the folder of that
 * text, without a slash at either end.
 */
export function parseIgnoreRules(text: string): IgnoreRule[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map(parseLine)
    .filter((rule) => rule !== null);
}

/**
 * The last rule that matches `path`, which is the one that counts; null where none does. It says nothing about what is in
 * a folder: who descends asks for each folder on the way.
 */
export function decidingRule(rules: readonly IgnoreRule[], path: string, isFolder: boolean): IgnoreRule | null {
  return rules.findLast((rule) => (isFolder || !rule.isForFolders) && rule.pattern.test(path)) ?? null;
}

function parseLine(line: string): IgnoreRule | null {
  // A blank at the end counts only behind a backslash.
  let glob = line.replace(/(?<!\\)[ \t]+$/, "");
  if (glob === "" || glob.startsWith("#")) return null;
  const text = glob;
  const isNegated = glob.startsWith("!");
  if (isNegated) glob = glob.slice(1);
  const isForFolders = glob.endsWith("/");
  if (isForFolders) glob = glob.slice(0, -1);
  if (glob === "" || glob === "/") return null;
  const isAnchored = glob.includes("/");
  const source = patternOf(glob.replace(/^\//, ""));
  try {
    return { text, pattern: new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}$`, "s"), isNegated, isForFolders };
  } catch {
    // A range such as [z-a]: git matches nothing by it.
    return null;
  }
}

function patternOf(glob: string): string {
  const token = /\\(.)|^\*\*\/|\/\*\*\/|\/\*\*$|\*+|\?|\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]|[^\w/]/gs;
  return glob.replace(token, (all: string, escaped?: string, not?: string, set?: string) => {
    if (escaped !== undefined) return literal(escaped);
    if (set !== undefined) return `(?!/)[${not === "" ? "" : "^"}${set.replace(/^\]/, "\\]").replaceAll("[", "\\[")}]`;
    if (all === "**/") return "(?:.*/)?";
    if (all === "/**/") return "/(?:.*/)?";
    if (all === "/**") return "/.+";
    if (all.startsWith("*")) return "[^/]*";
    return all === "?" ? "[^/]" : literal(all);
  });
}

function literal(character: string): string {
  return /[\w\s]/.test(character) ? character : `\\${character}`;
}
