import { isPackageName } from "./package-manifest.ts";

/** Which package a dependency wants, as far as it is one of the same repository. */
export type WantedPackage =
  /** The one in this folder, relative to the package that wants it. */
  | { kind: "folder"; path: string }
  /** That of the workspace, by its name. */
  | { kind: "member"; name: string }
  /** That of the workspace where it has one of this name, unless another one is installed. */
  | { kind: "any"; name: string }
  /** One that comes from elsewhere. */
  | { kind: "foreign" };

const path = /^(?:file|link|portal):(.+)$/;
const barePath = /^(?:\.{1,2}(?:\/.*)?|\/.*)$/;
const archive = /\.(?:tgz|tar|tar\.gz)$/;

/** What `range`, as it is written behind a dependency of this name, means to npm, pnpm, yarn or bun. Pure. */
export function wantedPackage(name: string, range: string): WantedPackage {
  const folder = path.exec(range)?.[1] ?? (barePath.test(range) ? range : null);
  if (folder !== null) return archive.test(folder) ? { kind: "foreign" } : { kind: "folder", path: folder };
  if (range.startsWith("workspace:")) {
    const rest = range.slice("workspace:".length);
    if (barePath.test(rest)) return { kind: "folder", path: rest };
    // `workspace:other@*`: by another name than its own.
    const other = /^(.+)@[^@]*$/.exec(rest)?.[1];
    return { kind: "member", name: isPackageName(other) ? other : name };
  }
  // `npm:`, `git+ssh:`, `https:`; `catalog:` is a version that is written elsewhere.
  const isElsewhere = /^[\w+.-]+:/.test(range) && !range.startsWith("catalog:");
  return isElsewhere ? { kind: "foreign" } : { kind: "any", name };
}
