import { isPlainMap } from "../schema-kit.ts";

/** What a package.json says about the packages that it needs, and those that belong to it. */
export interface PackageManifest {
  /** Null where it says none, or none that can be installed by it. */
  name: string | null;
  /** What it needs to run: the name of each package, and which one it wants. */
  dependencies: ReadonlyMap<string, string>;
  /** What it needs besides while it is worked on. */
  devDependencies: ReadonlyMap<string, string>;
  /** Patterns of the folders of a workspace that it is the root of; null where it is none. */
  workspaces: readonly string[] | null;
}

/** Reads a package.json that may be somebody else's: what makes no sense in it is left out; null where nothing does. Pure. */
export function parseManifest(text: string): PackageManifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isPlainMap(value)) return null;
  const { name, workspaces } = value;
  return {
    name: isPackageName(name) ? name : null,
    dependencies: new Map(
      [value.peerDependencies, value.optionalDependencies, value.dependencies].flatMap((part) => [...rangesOf(part)]),
    ),
    devDependencies: rangesOf(value.devDependencies),
    workspaces: patternsOf(isPlainMap(workspaces) ? workspaces.packages : workspaces),
  };
}

/** The patterns of a list of them; null where there is no list. Pure. */
export function patternsOf(list: unknown): string[] | null {
  if (!Array.isArray(list)) return null;
  return list.filter((pattern) => typeof pattern === "string" && pattern.trim() !== "");
}

/** So that a name is one folder of node_modules, or one in the folder of its scope. */
export function isPackageName(name: unknown): name is string {
  return typeof name === "string" && /^(?:@[^/\\]+\/)?[^./@\\][^/\\]*$/.test(name);
}

function rangesOf(part: unknown): Map<string, string> {
  if (!isPlainMap(part)) return new Map();
  const entries = Object.entries(part).filter(([name]) => isPackageName(name));
  return new Map(entries.map(([name, range]) => [name, typeof range === "string" ? range.trim() : ""]));
}
