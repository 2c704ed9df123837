import { hasGoMain } from "./go-source.ts";
import { scriptCommand } from "./node-commands.ts";
import { managerHint, type PackageManagerName } from "./package-manager.ts";
import { toServiceName } from "./service-name.ts";
import { readStartScript } from "./start-script.ts";

/** A look at a tree of folders. Paths are relative to its root, which is the empty text. */
export interface FolderReader {
  /** What is in a folder, by name; nothing where it cannot be listed. Links are no folders. */
  list(folder: string): { name: string; isFolder: boolean }[];
  /** A text file; null where it cannot be read, or is too large to be meant. */
  read(file: string): string | null;
}

/** What is there already, so that it is not proposed again. */
export interface ExistingServices {
  /** Names that are taken, of vendors too. */
  names: ReadonlySet<string>;
  /** Folders that are run or built by a service, relative to the root. */
  folders: ReadonlySet<string>;
  /** True where the root lies in a Go module whose go.mod is further up. */
  isInModule: boolean;
  /** What the root's folder is called. */
  rootName: string;
}

/** One service that could be. */
export interface ProposedService {
  name: string;
  /** Relative to the root; `.` for the root itself. */
  dir: string;
  /** What was found there: `a Go program`, `npm start`. */
  found: string;
  /** A service.yml of its own in `dir`, or an entry under `services:` in orchestra.yml. */
  target: "service.yml" | "orchestra.yml";
  /** What has to be written about it; empty where an empty file will do. */
  settings: Record<string, string>;
}

/** What was found in a fleet's folders. */
export interface Proposal {
  /** In the order of their folders. */
  services: ProposedService[];
  /** Programs that are none yet, and why: `tools/gen is a Go program outside of every module`. */
  remarks: string[];
}

/** Deeper, or after so many folders, nothing is looked for: whoever asks is waiting. */
const maxDepth = 6;
const maxFolders = 5_000;

const skippedFolders: ReadonlySet<string> = new Set(["vendor", "testdata", "node_modules"]);

interface Found {
  dir: string;
  found: string;
  settings: Record<string, string>;
}

/**
 * Finds what could be a service: Go main packages, in modules, and package.json files with a start script. Pure but for
 * the reader. A direct subfolder gets a service.yml, where discovery finds it; anything else an entry in orchestra.yml.
 */
export function proposeServices(reader: FolderReader, existing: ExistingServices): Proposal {
  const found: Found[] = [];
  const remarks: string[] = [];
  let folders = 0;

  const visit = (
    dir: string,
    depth: number,
    above: Module,
    workspace: Workspace | null,
    aboveManager: PackageManagerName,
  ): void => {
    if (++folders > maxFolders) return;
    const entries = reader.list(dir);
    const names = new Set(entries.filter((e) => !e.isFolder).map((e) => e.name));
    // It is a fleet of its own.
    if (dir !== "" && names.has("orchestra.yml")) return;
    const uses = names.has("go.work") ? readWorkspace(reader, dir) : workspace;
    let module = above;
    if (names.has("go.mod")) module = uses === null || uses.has(dir) ? "usable" : "unused";
    const manager = managerOf(reader, dir, names) ?? aboveManager;
    if (!existing.folders.has(dir)) {
      const one = look(reader, dir, names, module, manager);
      if (typeof one === "string") remarks.push(one);
      else if (one !== null) found.push(one);
    }
    if (depth === maxDepth) return;
    for (const { name, isFolder } of entries) {
      if (!isFolder || /^[._]/.test(name) || skippedFolders.has(name)) continue;
      visit(join(dir, name), depth + 1, module, uses, manager);
    }
  };
  visit("", 0, existing.isInModule ? "usable" : "none", null, "npm");
  if (folders > maxFolders) remarks.push(`there are more than ${maxFolders} folders; not all of them were looked at`);
  return { services: named(found, existing), remarks };
}

/** Whether there is a module that a folder can be built in. */
type Module = "none" | "usable" | "unused";

/** What one folder holds: a service, a remark, or nothing. */
function look(
  reader: FolderReader,
  dir: string,
  names: ReadonlySet<string>,
  module: Module,
  manager: PackageManagerName,
): Found | string | null {
  const sources = [...names].filter((name) => /^[^._].*\.go$/.test(name) && !name.endsWith("_test.go"));
  if (sources.some((name) => hasGoMain(reader.read(join(dir, name)) ?? ""))) {
    const place = dir === "" ? "the root" : dir;
    switch (module) {
      case "none":
        return `${place} has a Go program without a go.mod: go mod init`;
      case "unused":
        return `${place} has a Go program in a module that go.work does not use: go work use`;
      case "usable":
        return { dir, found: "a Go program", settings: {} };
    }
  }
  const script = names.has("package.json") ? readStartScript(reader.read(join(dir, "package.json")) ?? "") : null;
  if (script === null) return null;
  const found = scriptCommand(manager, script);
  // A start script is what a service without Go runs by itself.
  const isDefault = script === "start" && ![...names].some((name) => name.endsWith(".go"));
  return { dir, found, settings: isDefault ? {} : { run: found } };
}

/** What the files of a folder say; null where they say nothing. */
function managerOf(reader: FolderReader, dir: string, names: ReadonlySet<string>): PackageManagerName | null {
  const text = names.has("package.json") ? (reader.read(join(dir, "package.json")) ?? "") : "";
  const { named, lock } = managerHint((file) => names.has(file), text);
  return named ?? lock?.name ?? null;
}

/** Direct subfolders are named first: theirs is the name that needs no words. */
function named(found: readonly Found[], existing: ExistingServices): ProposedService[] {
  const taken = new Set(existing.names);
  const isDirect = ({ dir }: Found): boolean => dir !== "" && !dir.includes("/");
  const names = new Map<Found, string>();
  for (const one of [...found.filter(isDirect), ...found.filter((f) => !isDirect(f))]) {
    const name = freeName(one.dir === "" ? existing.rootName : one.dir, taken);
    taken.add(name);
    names.set(one, name);
  }
  return found.map((one): ProposedService => {
    const name = names.get(one) as string;
    if (isDirect(one)) {
      return {
        ...one,
        name,
        target: "service.yml",
        settings: name === one.dir ? one.settings : { name, ...one.settings },
      };
    }
    const dir = one.dir === "" ? "." : one.dir;
    return { ...one, dir, name, target: "orchestra.yml", settings: { dir, ...one.settings } };
  });
}

/** Folders of the modules that a go.work uses, relative to the root. */
type Workspace = ReadonlySet<string>;

function readWorkspace(reader: FolderReader, dir: string): Workspace {
  const text = (reader.read(join(dir, "go.work")) ?? "").replace(/\/\/[^\n]*/g, "");
  const blocks = [...text.matchAll(/^use\s*\(([^)]*)\)/gm)].flatMap((match) => (match[1] ?? "").split(/\s+/));
  const lines = [...text.matchAll(/^use\s+([^\s(]+)\s*$/gm)].map((match) => match[1] ?? "");
  const paths = [...blocks, ...lines].filter((path) => path !== "").map((path) => path.replace(/^["`]|["`]$/g, ""));
  return new Set(paths.map((path) => join(dir, path)));
}

/** Folders that say what a program is, not which. */
const plainNames: ReadonlySet<string> = new Set(["cmd", "main", "server", "app", "src", "service", "services", "apps"]);

/**
 * A name that nobody has: that of the folder; of the one above where it says nothing by itself (`orders/cmd/server`), and
 * both where the name is taken.
 */
function freeName(dir: string, taken: ReadonlySet<string>): string {
  const parts = dir.split("/").filter((part) => part !== "");
  const telling = parts.filter((part) => !plainNames.has(part));
  const own = parts.at(-1);
  const last = toServiceName(telling.at(-1) ?? own ?? "app");
  if (!taken.has(last)) return last;
  const whole = toServiceName((telling.length > 1 ? telling : parts).slice(-2).join("-"));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? whole : `${whole}-${n}`;
    if (candidate !== "" && !taken.has(candidate)) return candidate;
  }
}

/** Two relative paths as one, without `.` and with `..` resolved as far as that goes. */
function join(dir: string, name: string): string {
  const parts: string[] = [];
  for (const part of `${dir}/${name}`.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
