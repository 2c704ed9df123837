import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { StatCache } from "./stat-cache.ts";

/** Read by running programs only; services often set them, and they change no build. */
const runtimeOnly = new Set(["GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GOTRACEBACK", "GORACE", "GOCOVERDIR", "GOTMPDIR"]);
const relevant = /^(GO[A-Z0-9]*|GO_[A-Z_]+|GCCGO|CGO_\w+|CC|CXX|FC|AR|PKG_CONFIG\w*)$/;

/** Variables that may change what the go command builds, in ascending order. */
export function goVariables(env: Record<string, string>): [name: string, value: string][] {
  const found: [string, string][] = [];
  for (const name in env) {
    const first = name.charCodeAt(0);
    // A, C, F, G, P: two hundred environments of a hundred variables each are searched at every start.
    if (first !== 65 && first !== 67 && first !== 70 && first !== 71 && first !== 80) continue;
    if (relevant.test(name) && !runtimeOnly.has(name)) found.push([name, env[name] as string]);
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The `go` that a shell with this environment would run, as an absolute path; null where there is none. */
export function findGo(env: Record<string, string>, stats: StatCache): string | null {
  for (const dir of (env.PATH ?? "").split(delimiter)) {
    if (!dir.startsWith("/")) continue;
    const file = join(dir, "go");
    if (stats.stat(file)?.isFile() === true && isExecutable(file)) return file;
  }
  return null;
}

/** The file that `go env -w` writes to; null where there is none to be. */
export function goSettingsFile(env: Record<string, string>): string | null {
  const told = env.GOENV;
  if (told === "off") return null;
  if (told !== undefined && told !== "") return told;
  const home = env.HOME;
  const config = env.XDG_CONFIG_HOME || (home ? join(home, ".config") : "");
  return config === "" ? null : join(config, "go", "env");
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
