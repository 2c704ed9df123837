import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { BuildJob } from "./build-outcome.ts";
import { goFlags, goSpecOf } from "./go-command.ts";
import { goVariables } from "./go-environment.ts";
import type { StatCache } from "./stat-cache.ts";
import type { SharedCommand } from "./toolchain.ts";

/** How one `go build` for several programs is run, and what it makes of this one. */
export interface GoSharedCommand extends SharedCommand {
  /** The root of the workspace, else of the module. */
  cwd: string;
  /** The package, as seen from there. */
  package: string;
}

/** What a build depends on besides Go's own variables: where Go and its caches are, and what C compilers read. */
const otherVariables = [
  "PATH",
  "HOME",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "CPATH",
  "C_INCLUDE_PATH",
  "CPLUS_INCLUDE_PATH",
  "LIBRARY_PATH",
  "SDKROOT",
];

/** Where version managers read which Go a folder is built with. */
const versionFiles = [".tool-versions", ".go-version", "mise.toml", ".mise.toml"];

/** Flags in GOFLAGS that mean the same in every folder. */
const placelessFlag = /^--?(buildvcs|mod|tags|trimpath|race|p|v)(=|$)/;

/**
 * The `go build` that this job may share with others of its module or workspace that are built with the same flags and
 * environment; null where it would have to be run in the service's own folder, or what it makes has no certain name.
 */
export function goSharedCommand({ service, env }: BuildJob, stats: StatCache): GoSharedCommand | null {
  const go = goSpecOf(service.build);
  if (!/^\.\.?(\/|$)/.test(go.package) || /\.go$|\.\.\./.test(go.package)) return null;
  if (!isPlaceless(go.ldflags, env)) return null;
  const dir = resolve(service.dir, go.package);
  const root = above(dir, "go.mod", stats);
  // A package of another module than the service's own folder is seen as that folder sees it.
  if (root === null || root !== above(service.dir, "go.mod", stats)) return null;
  const cwd = workspaceRoot(service.dir, env, stats) ?? root;
  if (versionFiles.some((file) => above(service.dir, file, stats) !== above(cwd, file, stats))) return null;
  const name = programOf(root, dir);
  if (name === null) return null;
  const variables = otherVariables.map((variable) => env[variable] ?? null);
  const told = JSON.stringify([cwd, goFlags(go), goVariables(env), variables]);
  const path = relative(cwd, dir);
  return {
    key: `go-${createHash("sha256").update(told).digest("hex").slice(0, 12)}`,
    name,
    cwd,
    package: path.startsWith("../") ? path : `./${path}`,
  };
}

function isPlaceless(ldflags: string, env: Record<string, string>): boolean {
  // The linker is run in the folder that go is run in, and may be told of libraries by their relative paths.
  if (/(^|[\s'"=])-{1,2}(ext|L|r\b|linkmode)/.test(ldflags) || env.CGO_LDFLAGS !== undefined) return false;
  // For Windows, programs have other names.
  if (env.GO111MODULE === "off" || (env.GOOS !== undefined && env.GOOS !== "")) return false;
  const flags = (env.GOFLAGS ?? "").split(/\s+/).filter((flag) => flag !== "");
  return flags.every((flag) => placelessFlag.test(flag));
}

/** The folder of the go.work in force; null where there is none, or it is told by its path. */
function workspaceRoot(dir: string, env: Record<string, string>, stats: StatCache): string | null {
  const told = env.GOWORK;
  return told === undefined || told === "" || told === "auto" ? above(dir, "go.work", stats) : null;
}

/** The nearest folder at or above `dir` that has the file. */
function above(dir: string, name: string, stats: StatCache): string | null {
  for (let place = dir; ; place = dirname(place)) {
    if (stats.stat(join(place, name))?.isFile() === true) return place;
    if (place === dirname(place)) return null;
  }
}

/** What `go build -o FOLDER/` calls the program: the last part of its import path, before a major version. */
function programOf(root: string, dir: string): string | null {
  const module = moduleOf(join(root, "go.mod"));
  if (module === null) return null;
  const path = [...module.split("/"), ...relative(root, dir).split("/")].filter((part) => part !== "");
  const last = path.at(-1) ?? "";
  return path.length > 1 && /^v[0-9]+$/.test(last) ? null : last;
}

function moduleOf(file: string): string | null {
  try {
    return /^module[ \t]+"?([\w./~-]+)"?[ \t]*(\/\/.*)?\r?$/m.exec(readFileSync(file, "utf8"))?.[1] ?? null;
  } catch {
    return null;
  }
}
