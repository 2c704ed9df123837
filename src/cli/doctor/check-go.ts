import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../../engine/process/run-command.ts";
import type { FleetSpec } from "../../model/fleet.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** What a module asks for. */
export interface GoWish {
  service: string;
  /** As in `1.24` or `1.24.2`. */
  version: string;
}

/** The first Go that fetches another one by itself where a module asks for it. */
const fetchesOthers = "1.21";

/** Whether the Go of this machine can build what is written in Go. Pure; `version` is null where there is none. */
export function judgeGo(version: string | null, wishes: readonly GoWish[], toolchain: string): Finding {
  if (version === null) return problem("there is no go in PATH", "install it: https://go.dev/dl/");
  const newest = wishes.toSorted((a, b) => compareVersions(b.version, a.version))[0];
  if (newest === undefined || compareVersions(version, newest.version) >= 0) return fine(`go ${version}`);
  const text = `go ${version} is older than ${newest.service} asks for in its go.mod (${newest.version})`;
  const mayFetch = compareVersions(version, fetchesOthers) >= 0 && !/^local\b/.test(toolchain);
  return mayFetch
    ? warning(
        text,
        `it fetches ${newest.version} by itself at the first build; to be sure: go install golang.org/dl/go${newest.version}@latest`,
      )
    : problem(text, "install a newer one: https://go.dev/dl/");
}

/** What `go version` prints for a version; null where that is something else. */
export function parseGoVersion(output: string): string | null {
  return /^go version (?:go|devel go)(\d+(?:\.\d+)*)/m.exec(output)?.[1] ?? null;
}

/** What a go.mod asks for; null where it asks for nothing. */
export function parseGoMod(text: string): string | null {
  return /^go\s+(\d+(?:\.\d+)*)/m.exec(text)?.[1] ?? null;
}

/** Below 0 where `a` is older; `1.24` is older than `1.24.1`. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Looks at the Go of this machine; null where nothing of the fleet is written in Go. */
export async function checkGo(
  { services }: FleetSpec,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<Finding | null> {
  const inGo = services.filter(({ build }) => build.kind === "go");
  if (inGo.length === 0) return null;
  const wishes = inGo.flatMap(({ name, dir }) => {
    const file = goModOf(dir);
    const version = file === null ? null : parseGoMod(readFileSync(file, "utf8"));
    return version === null ? [] : [{ service: name, version }];
  });
  // In no module, and by the one that is installed: elsewhere it might begin to fetch another.
  const command = { file: "go", args: ["version"] };
  const { exitCode, output } = await runCommand({
    command,
    cwd: "/",
    env: { ...env, GOTOOLCHAIN: "local" },
    timeoutMs: null,
    signal,
  });
  return judgeGo(exitCode === 0 ? parseGoVersion(output) : null, wishes, env.GOTOOLCHAIN ?? "auto");
}

function goModOf(dir: string): string | null {
  for (let folder = dir; ; folder = dirname(folder)) {
    const file = join(folder, "go.mod");
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return null;
  }
}
