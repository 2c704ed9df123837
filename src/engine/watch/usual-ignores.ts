import { type IgnoreRule, parseIgnoreRules } from "./ignore-rules.ts";

const neverWatched = new Set([".git", ".hg", ".svn", ".jj", ".orchestra", "node_modules", "vendor"]);

/** What build tools and interpreters write beside the sources. A project's own rules come after them, and may differ. */
const outputs = [
  ...["dist/", "build/", "out/", "target/", "coverage/", "__pycache__/", "*.pyc", "*.log"],
  ...[".next/", ".nuxt/", ".svelte-kit/", ".turbo/", ".cache/", ".parcel-cache/", ".vite/", "*.tsbuildinfo"],
  ...[".venv/", "venv/", ".pytest_cache/", ".mypy_cache/", ".gradle/", ".idea/", ".vscode/"],
];

/** Rules for what builds leave behind. */
export const outputRules: readonly IgnoreRule[] = parseIgnoreRules(outputs.join("\n"));

/** True for names that are never sources, in whatever folder: version control, dependencies, what editors write. */
export function isNeverWatched(name: string): boolean {
  return neverWatched.has(name) || isEditorName(name);
}

/**
 * Swap files of vim, and the 4913 by which it finds out whether it may write; backups (`x~`); locks and autosaves of
 * Emacs (`.#x`, `#x#`); the files by which JetBrains, Kate, GNOME and Sublime replace; what desktops and NFS leave.
 */
const editorName =
  /^\..*\.sw[a-z]$|^4913$|~$|^\.#|^#.*#$|___jb_(tmp|old)___$|\.kate-swp$|^\.goutputstream-|^\.subl.*\.tmp$|^\.DS_Store$|^\.nfs/;

function isEditorName(name: string): boolean {
  return editorName.test(name);
}
