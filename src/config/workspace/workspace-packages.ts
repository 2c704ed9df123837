import { dirname, join, resolve } from "node:path";
import { isThere } from "../discover.ts";
import { realPathOf } from "../fleet-id.ts";
import { isFolder } from "../folder-pattern.ts";
import { readSource } from "../read-source.ts";
import { Report } from "../report.ts";
import { isPlainMap } from "../schema-kit.ts";
import { parseYaml } from "../yaml-source.ts";
import { InstalledPackages } from "./installed-packages.ts";
import { type PackageManifest, parseManifest, patternsOf } from "./package-manifest.ts";
import { wantedPackage } from "./wanted-package.ts";
import { isBelow, workspaceMembers } from "./workspace-members.ts";

/** The packages of one workspace. */
interface Workspace {
  folders: ReadonlySet<string>;
  byName: ReadonlyMap<string, string>;
}

/**
 * Finds the packages of the same repository that a Node service is made of, by what package.json files say and what is
 * installed; nothing is run. Each file is read once: to be thrown away after a reading of the config.
 */
export class WorkspacePackages {
  readonly #fleetRoot: string;
  readonly #files: Set<string>;
  readonly #needed = new Map<string, readonly string[]>();
  readonly #installed = new InstalledPackages();
  readonly #manifests = new Map<string, PackageManifest | null>();
  readonly #workspaces = new Map<string, Workspace | null>();
  readonly #tops = new Map<string, string>();

  /** `files` gets every package.json and pnpm-workspace.yaml that says which packages these are. */
  constructor(fleetRoot: string, files: Set<string>) {
    this.#fleetRoot = realPathOf(fleetRoot);
    this.#files = files;
  }

  /**
   * The folders (real paths, sorted) of the packages that the one in `folder` needs, and those that they need in turn.
   * What a package needs only while it is worked on counts for this one alone: its build may take that in. Packages that
   * the folder is in are none of them: they would be everything.
   */
  of(folder: string): string[] {
    const dir = realPathOf(folder);
    const top = this.#topOf(dir);
    const found = new Set<string>();
    const open = [...this.#neededBy(dir, top), ...this.#foundIn(dir, top, this.#manifestOf(dir)?.devDependencies)];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place === dir || found.has(place) || isBelow(dir, place)) continue;
      found.add(place);
      open.push(...this.#neededBy(place, top));
    }
    return [...found].sort();
  }

  /** The folders of the packages that the one in `dir` needs to run. Many services need the same: each is asked about once. */
  #neededBy(dir: string, top: string): readonly string[] {
    const key = `${top}\0${dir}`;
    let needed = this.#needed.get(key);
    if (needed === undefined) {
      const file = join(dir, "package.json");
      // Also where it makes no sense now: it will.
      if (isThere(file)) this.#files.add(file);
      needed = this.#foundIn(dir, top, this.#manifestOf(dir)?.dependencies);
      this.#needed.set(key, needed);
    }
    return needed;
  }

  #foundIn(dir: string, top: string, dependencies: ReadonlyMap<string, string> = new Map()): string[] {
    const found = [...dependencies].map(([name, range]) => this.#find(name, range, dir, top));
    return found.filter((folder) => folder !== null);
  }

  /** The folder of what the package in `dir` gets by this name, where that is below `top` and not installed from elsewhere. */
  #find(name: string, range: string, dir: string, top: string): string | null {
    const wanted = wantedPackage(name, range);
    const installed = this.#installed.find(name, dir, top);
    if (installed !== null && isBelow(installed, top)) return installed;
    if (wanted.kind === "folder") {
      const folder = realPathOf(resolve(dir, wanted.path));
      return isBelow(folder, top) && isFolder(folder) ? folder : null;
    }
    if (wanted.kind === "foreign" || (wanted.kind === "any" && installed !== null)) return null;
    return this.#workspaceOf(dir, top)?.byName.get(wanted.name) ?? null;
  }

  /** The nearest workspace that the package in `dir` is a member or the root of. */
  #workspaceOf(dir: string, top: string): Workspace | null {
    for (let place = dir; ; place = dirname(place)) {
      const workspace = this.#workspaceAt(place);
      if (workspace?.folders.has(dir)) return workspace;
      if (place === top || place === dirname(place)) return null;
    }
  }

  #workspaceAt(root: string): Workspace | null {
    let workspace = this.#workspaces.get(root);
    if (workspace === undefined) {
      const patterns = this.#patternsAt(root);
      workspace = patterns === null ? null : this.#readWorkspace(root, patterns);
      this.#workspaces.set(root, workspace);
    }
    return workspace;
  }

  #readWorkspace(root: string, patterns: readonly string[]): Workspace {
    const folders = [root, ...workspaceMembers(root, patterns).map(realPathOf)];
    const byName = new Map<string, string>();
    for (const folder of folders) {
      const manifest = this.#manifestOf(folder);
      // Once it makes sense, its name may be the one that is looked for.
      if (manifest === null) this.#files.add(join(folder, "package.json"));
      else if (manifest.name !== null && !byName.has(manifest.name)) byName.set(manifest.name, folder);
    }
    return { folders: new Set(folders), byName };
  }

  #patternsAt(root: string): readonly string[] | null {
    const pnpm = join(root, "pnpm-workspace.yaml");
    const reading = readSource(pnpm);
    if (reading.kind === "text") {
      this.#files.add(pnpm);
      const value = parseYaml(reading.source, new Report())?.value;
      const patterns = patternsOf(isPlainMap(value) ? value.packages : undefined);
      if (patterns !== null) return patterns;
    }
    const patterns = this.#manifestOf(root)?.workspaces ?? null;
    if (isThere(join(root, "package.json"))) this.#files.add(join(root, "package.json"));
    return patterns;
  }

  #manifestOf(dir: string): PackageManifest | null {
    let manifest = this.#manifests.get(dir);
    if (manifest === undefined) {
      const reading = readSource(join(dir, "package.json"));
      manifest = reading.kind === "text" ? parseManifest(reading.source.text) : null;
      this.#manifests.set(dir, manifest);
    }
    return manifest;
  }

  /** The folder that nothing outside of counts: that of the repository; where there is none, the fleet's. */
  #topOf(dir: string): string {
    let top = this.#tops.get(dir);
    if (top === undefined) {
      top = repositoryOf(dir) ?? (isBelow(dir, this.#fleetRoot) ? this.#fleetRoot : dir);
      this.#tops.set(dir, top);
    }
    return top;
  }
}

function repositoryOf(dir: string): string | null {
  for (let place = dir; ; place = dirname(place)) {
    if (isThere(join(place, ".git"))) return place;
    if (place === dirname(place)) return null;
  }
}
