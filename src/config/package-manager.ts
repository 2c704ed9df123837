import { dirname, join } from "node:path";
import { isThere } from "./discover.ts";
import { realPathOf } from "./fleet-id.ts";
import { readSource } from "./read-source.ts";
import { isPlainMap } from "./schema-kit.ts";

/** What installs the packages of a Node service, and runs its scripts. */
export type PackageManagerName = "npm" | "pnpm" | "yarn" | "bun";

/** The package manager of one folder. */
export interface PackageManager {
  name: PackageManagerName;
  /** The folder that packages are installed in: that of the lock file, which may be above; else the folder itself. */
  root: string;
  /** As a person would type it there: `npm ci`. */
  install: string;
  /** Where packages are found: `node_modules/.bin` of the folder, and of those above it up to the root. */
  bins: string[];
  /** True where scripts run in another shell, or with other settings, than the plain way of npm. */
  hasOwnShell: boolean;
  /** True where packages stay zipped, so that only the package manager's own node finds them. */
  isPlugAndPlay: boolean;
  /** What says so: files that exist. */
  files: string[];
}

/** In this order where a folder has several: one of npm is often left behind. */
const lockFiles: readonly [file: string, name: PackageManagerName][] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];

/** What one folder says about the package manager. */
interface Hint {
  /** What its package.json names. */
  named: PackageManagerName | null;
  lock: { file: string; name: PackageManagerName } | null;
  /** Nothing above it counts. */
  isTop: boolean;
}

/**
 * The package manager of `folder`: the nearest one, from it up to the repository's, whose package.json names one
 * (`packageManager`, `devEngines`) or that has a lock file decides; npm where none does.
 */
export function findPackageManager(folder: string): PackageManager {
  // Node finds packages from where a file really is.
  const dir = realPathOf(folder);
  let name: PackageManagerName | null = null;
  let root: string | null = null;
  let install = "";
  const files: string[] = [];
  const folders: string[] = [];
  for (let place = dir; ; place = dirname(place)) {
    folders.push(place);
    const { named, lock, isTop } = readHint(place);
    if (named !== null && name === null) files.push(join(place, "package.json"));
    name ??= named ?? lock?.name ?? null;
    if (lock !== null) {
      root = place;
      files.push(join(place, lock.file));
      install = lock.name === "npm" ? "npm ci" : "";
    }
    if (lock !== null || isTop) break;
  }
  const manager = name ?? "npm";
  const top = root ?? dir;
  return {
    name: manager,
    root: top,
    install: manager === "npm" && install !== "" ? install : `${manager} install`,
    bins: folders.slice(0, folders.indexOf(top) + 1).map((place) => join(place, "node_modules/.bin")),
    hasOwnShell: hasOwnShell(dir, top),
    isPlugAndPlay: manager === "yarn" && isPlugAndPlay(top),
    files,
  };
}

function readHint(folder: string): Hint {
  return {
    ...managerHint((file) => isThere(join(folder, file)), readText(join(folder, "package.json"))),
    isTop: isThere(join(folder, ".git")) || dirname(folder) === folder,
  };
}

/** What the files of one folder say about the package manager; `text` is that of its package.json, where there is one. */
export function managerHint(has: (file: string) => boolean, text: string): Omit<Hint, "isTop"> {
  const lock = lockFiles.find(([file]) => has(file));
  return { named: namedBy(text), lock: lock === undefined ? null : { file: lock[0], name: lock[1] } };
}

/** A package.json that makes no sense names none; that of a service is checked by whoever runs it. */
function namedBy(text: string): PackageManagerName | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isPlainMap(value)) return null;
  const engines = isPlainMap(value.devEngines) ? value.devEngines.packageManager : undefined;
  const name = /^[a-z]+/.exec(typeof value.packageManager === "string" ? value.packageManager : "")?.[0];
  return asManager(name) ?? asManager(isPlainMap(engines) ? engines.name : undefined);
}

function asManager(name: unknown): PackageManagerName | null {
  return name === "npm" || name === "pnpm" || name === "yarn" || name === "bun" ? name : null;
}

function hasOwnShell(dir: string, root: string): boolean {
  const settings = [...new Set([dir, root])].map((folder) => readText(join(folder, ".npmrc")));
  if (settings.some((text) => /^\s*(?:script-shell|shell-emulator|node-options)\s*=/m.test(text))) return true;
  return /^(?:scriptShell|shellEmulator|nodeOptions)\s*:/m.test(readText(join(root, "pnpm-workspace.yaml")));
}

/** It is how yarn installs from version 2 on unless it is told otherwise. */
function isPlugAndPlay(root: string): boolean {
  if (isThere(join(root, ".pnp.cjs"))) return true;
  const settings = join(root, ".yarnrc.yml");
  return isThere(settings) && !/^nodeLinker\s*:\s*["']?(?:node-modules|pnpm)\b/m.test(readText(settings));
}

function readText(file: string): string {
  const reading = readSource(file);
  return reading.kind === "text" ? reading.source.text : "";
}
