import { type FSWatcher, statSync, watch } from "node:fs";
import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "../process/run-command.ts";
import { buildLimitMs, buildNiceness } from "./build-limits.ts";

/** One `go build` for several programs. */
export interface GoBuildTogether {
  /** The go command. */
  go: string;
  cwd: string;
  flags: readonly string[];
  /** As seen from `cwd`, the most urgent first: go builds them about in this order. */
  packages: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Made for this build, on the file system of the binaries; removed at the end, and the one above where it is empty. */
  folder: string;
  signal: AbortSignal;
  /** Hears of each program once, as soon as it is whole; waited for before the folder is removed. Never rejects. */
  onProgram: (name: string, file: string) => Promise<void>;
}

/** The bit of a folder that hands its group on to what is made in it. */
const setGroupBit = 0o2000;

/**
 * Runs it to its end. Programs that it says nothing of could not be built, or not together with the others: one mistake
 * in the syntax or the imports of any keeps go from building all.
 */
export async function buildGoTogether(build: GoBuildTogether): Promise<void> {
  const { cwd, env, folder, signal } = build;
  const made = join(folder, "made");
  const temporary = join(folder, "tmp");
  await mkdir(made, { recursive: true });
  await mkdir(temporary);
  const heard = new Map<string, Promise<void>>();
  const look = async (): Promise<void> => {
    for (const name of await readdir(made).catch(() => [])) {
      // Go tries the rights of a file of this name, before it moves the program.
      if (heard.has(name) || name.endsWith("-go-tmp-umask")) continue;
      heard.set(name, build.onProgram(name, join(made, name)));
    }
  };
  // Go renames a program that is whole into its place; it copies into such a folder, and to another file system.
  const isRenamed = env.GOTMPDIR === undefined && (statSync(made).mode & setGroupBit) === 0;
  const watcher = isRenamed ? watchFolder(made, () => void look()) : null;
  const result = await runCommand({
    command: { file: build.go, args: ["build", "-o", `${made}/`, ...build.flags, ...build.packages] },
    cwd,
    env: { GOTMPDIR: temporary, ...env, PWD: cwd },
    timeoutMs: buildLimitMs,
    signal,
    nice: buildNiceness,
  });
  watcher?.close();
  // A copy may be half done where go was killed.
  if (isRenamed || result.exitCode !== null) await look();
  await Promise.all(heard.values());
  await rm(folder, { recursive: true, force: true });
  // The last of several leaves no empty folder behind.
  await rmdir(dirname(folder)).catch(() => undefined);
}

/** Null where the system has no watch left: then all programs are heard of at the end. */
function watchFolder(dir: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(dir, onChange);
    return watcher.on("error", () => watcher.close());
  } catch {
    return null;
  }
}
