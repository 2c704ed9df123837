import { readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { embedDirectories } from "./embed-directories.ts";
import type { BuildInputs } from "./fingerprint.ts";
import { goSettingsFile } from "./go-environment.ts";
import type { StatCache } from "./stat-cache.ts";

interface GoModule {
  Path?: string;
  Version?: string;
  Dir?: string;
  GoMod?: string;
  Replace?: GoModule;
}

interface GoPackage {
  ImportPath?: string;
  Dir?: string;
  Root?: string;
  Standard?: boolean;
  Module?: GoModule;
  CgoFiles?: string[];
  EmbedPatterns?: string[];
  Incomplete?: boolean;
}

/** The fields of `go list -json` that `goInputs` reads. */
export const goListFields = "ImportPath,Dir,Root,Standard,Module,CgoFiles,EmbedPatterns,Incomplete";

/** What a program is made of, and whether its C compiler is chosen by PATH. */
export interface GoInputs extends BuildInputs {
  usesCgo: boolean;
  /** False where more may count, or count otherwise: then it says what to watch, and every start builds. */
  isCertain: boolean;
  /** False where a package cannot be read at this moment, so that what it leads to may be left out; nor is it certain then. */
  isComplete: boolean;
}

/**
 * The inputs of a program from the output of `goListCommand`, run in `dir` by `go`, with `-e` or without. Null where
 * nothing can be told of them.
 */
export function goInputs(
  output: string,
  context: { dir: string; go: string; env: Record<string, string> },
  stats: StatCache,
): GoInputs | null {
  const { dir, go, env } = context;
  const packages = parseObjects(output);
  const root = packages.find((p) => p.Standard === true)?.Root;
  if (root === undefined) return null;

  const isComplete = !packages.some((p) => p.Incomplete === true);
  let isCertain =
    isComplete &&
    // They bring in files that `go list` does not name.
    !/-(modfile|overlay|toolexec)\b/.test(env.GOFLAGS ?? "") &&
    // A version manager's stand-in picks the Go by rules of its own.
    isOwnGo(go, root);
  const files = new Set([go]);
  const directories: BuildInputs["directories"] = [];
  const settings = goSettingsFile(env);
  if (settings !== null) files.add(settings);
  const sources = packages.filter((p) => p.Standard !== true && p.Dir !== undefined && !isFixed(p.Module));
  if (sources.length === 0) return null;
  for (const { Dir, Module, EmbedPatterns } of sources) {
    const packageDir = Dir as string;
    directories.push({ dir: packageDir, filter: "go" });
    for (const pattern of EmbedPatterns ?? []) {
      const embedded = embedDirectories(packageDir, pattern, stats);
      if (embedded === null) isCertain = false;
      else directories.push(...embedded);
    }
    const module = Module?.Replace ?? Module;
    const root = module?.GoMod === undefined ? undefined : dirname(module.GoMod);
    for (const place of upward(packageDir, root)) files.add(join(place, "go.mod"));
    if (root !== undefined) for (const name of ["go.mod", "go.sum", "vendor/modules.txt"]) files.add(join(root, name));
  }
  for (const missing of missingPackages(packages)) directories.push({ dir: missing, filter: "go" });
  for (const file of workspaceFiles(dir, env, stats)) files.add(file);
  return {
    files: [...files],
    directories,
    usesCgo: sources.some((p) => (p.CgoFiles ?? []).length > 0),
    isCertain,
    isComplete,
  };
}

/** Where packages would be that are imported and not there, which `go list -e` tells; those of our own modules. */
function missingPackages(packages: readonly GoPackage[]): string[] {
  const modules = new Map<string, string>();
  for (const { Module } of packages) {
    const dir = (Module?.Replace ?? Module)?.Dir;
    if (Module?.Path !== undefined && dir !== undefined && !isFixed(Module)) modules.set(Module.Path, dir);
  }
  return packages.flatMap(({ Dir, ImportPath }) => {
    if (Dir !== undefined || ImportPath === undefined) return [];
    // The longest, where one module is in another's folder.
    const [module] = [...modules.keys()]
      .filter((path) => ImportPath.startsWith(`${path}/`))
      .sort((a, b) => b.length - a.length);
    return module === undefined ? [] : [join(modules.get(module) ?? "", ImportPath.slice(module.length + 1))];
  });
}

/** Downloaded by version, so that it never changes; a vendored package has a version and no folder of its module's. */
function isFixed(module: GoModule | undefined): boolean {
  const used = module?.Replace ?? module;
  return used?.Version !== undefined && used.Dir !== undefined;
}

function isOwnGo(go: string, root: string): boolean {
  if (root.includes("golang.org/toolchain@")) return true;
  try {
    return realpathSync(go) === realpathSync(join(root, "bin", "go"));
  } catch {
    return false;
  }
}

/** A nearer `go.mod` would make it another module's package. */
function* upward(dir: string, root: string | undefined): Generator<string> {
  for (let place = dir; root !== undefined && place.startsWith(`${root}/`); place = dirname(place)) yield place;
}

/** The `go.work` in force with its sums, and the nearer places where one could appear. */
function workspaceFiles(dir: string, env: Record<string, string>, stats: StatCache): string[] {
  const told = env.GOWORK;
  if (told === "off") return [];
  if (told !== undefined && isAbsolute(told)) return [told, ...workspaceModules(told)];
  const files: string[] = [];
  for (let place = dir; ; place = dirname(place)) {
    const file = join(place, "go.work");
    files.push(file);
    if (stats.stat(file)?.isFile() === true) return [...files, ...workspaceModules(file)];
    if (place === dirname(place)) return files;
  }
}

/** The modules of a workspace choose the versions together, so each `go.mod` counts. */
function workspaceModules(file: string): string[] {
  const root = dirname(file);
  const files = [`${file}.sum`, join(root, "vendor", "modules.txt")];
  for (const [, quoted, plain] of readText(file).matchAll(
    /^[ \t]*(?:use\b)?[ \t(]*(?:["`]([^"`\n]+)["`]|([./][^\s)]*))/gm,
  )) {
    files.push(resolve(root, quoted ?? plain ?? "", "go.mod"));
  }
  return files;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** `go list -json` prints one object after the other, each closed by a brace of its own line. */
function parseObjects(output: string): GoPackage[] {
  return output
    .split(/^\}$/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(`${text}}`) as GoPackage);
}
