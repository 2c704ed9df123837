import { existsSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { DaemonLock } from "../daemon/lock.ts";
import { paths } from "../daemon/paths.ts";
import { Abort } from "../lib/abort.ts";
import { errnoOf } from "../lib/errno.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { byteSize, counted } from "../ui/text/amount.ts";
import { findLeftovers, type Leftover, sizeOf } from "./clean-leftovers.ts";
import type { CliContext } from "./cli-context.ts";
import { readLivingUnits } from "./offline-state.ts";
import { locateFleet } from "./open-fleet.ts";
import { listNames } from "./output/list-names.ts";
import { listUnits } from "./output/list-units.ts";
import { formatTable } from "./output/table.ts";

/** What `orchestra clean` is asked. */
export interface CleanRun {
  /** The whole `.orchestra`. */
  all: boolean;
  isDryRun: boolean;
  json: boolean;
}

/** Removes what nothing uses from the fleet's `.orchestra`, or all of it. Talks to no daemon, and starts none. */
export async function runClean(context: CliContext, run: CleanRun): Promise<number> {
  const root = await locateFleet(context);
  if (!existsSync(paths.stateDir(root))) return finish(context, root, run, [], []);
  const client = await context.daemons.connect(root);
  await client?.close();
  // A dry run writes nothing, not even the file that is the lock.
  const lock = client === null && !run.isDryRun ? takeLock(root) : null;
  try {
    const hasDaemon = client !== null || (lock === null && !run.isDryRun);
    return run.all ? removeAll(context, root, run, hasDaemon) : removeLeftovers(context, root, run, hasDaemon);
  } finally {
    lock?.release();
  }
}

function removeLeftovers(context: CliContext, root: string, run: CleanRun, hasDaemon: boolean): number {
  const living = readLivingUnits(root);
  const leftovers = findLeftovers(paths.stateDir(root), {
    generations: new Map(living.map((record) => [record.unit, record.generation])),
    executables: new Set(living.flatMap((record) => record.executable ?? [])),
    hasDaemon,
  });
  const failed: string[] = [];
  const removed = run.isDryRun ? leftovers : leftovers.filter((leftover) => remove(leftover, failed));
  return finish(context, root, run, removed, failed);
}

function removeAll(context: CliContext, root: string, run: CleanRun, hasDaemon: boolean): number {
  const stateDir = paths.stateDir(root);
  const living = readLivingUnits(root).map((record) => record.unit);
  if (hasDaemon || living.length > 0) throw inUse(root, hasDaemon, living);
  const all = { path: stateDir, bytes: sizeOf(stateDir) };
  const failed: string[] = [];
  const isGone = run.isDryRun || remove({ ...all, alongside: [] }, failed);
  return finish(context, root, run, isGone ? [all] : [], failed);
}

/**
 * Whoever holds the lock is the daemon: while it is ours, none can begin. Null where one is just beginning. A lock file
 * that cannot be opened, or is none, is no daemon's either.
 */
function takeLock(root: string): { release(): void } | null {
  try {
    return DaemonLock.take(paths.lockFile(root));
  } catch {
    return { release: () => {} };
  }
}

function inUse(root: string, hasDaemon: boolean, living: readonly string[]): Abort {
  const why = hasDaemon ? "its daemon runs" : `${listUnits(living)} still ${living.length === 1 ? "runs" : "run"}`;
  return new Abort(
    exitCodes.usage,
    `cannot remove ${paths.stateDir(root)}: ${why}`,
    "first stop everything: orchestra down",
  );
}

function remove({ path, alongside }: Pick<Leftover, "path" | "alongside">, failed: string[]): boolean {
  try {
    for (const file of [path, ...alongside]) rmSync(file, { recursive: true, force: true });
    return true;
  } catch (error) {
    failed.push(`cannot remove ${path}: ${errnoOf(error)}`);
    return false;
  }
}

function finish(
  { stdout, stderr }: CliContext,
  root: string,
  run: CleanRun,
  removed: readonly (Pick<Leftover, "path" | "bytes"> & { kind?: Leftover["kind"] })[],
  failed: readonly string[],
): number {
  const bytes = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (run.json) {
    const list = removed.map(({ path, bytes, kind }) => ({ path, kind: kind ?? "all", bytes }));
    stdout.write(`${JSON.stringify({ root, dryRun: run.isDryRun, removed: list, bytes, failed })}\n`);
  } else if (run.isDryRun) {
    stdout.write(formatTable(removed.map(({ path, bytes }) => [relative(root, path), byteSize(bytes)])));
  }
  for (const failure of failed) stderr.write(`${failure}\n`);
  if (removed.length > 0 || failed.length === 0) stderr.write(`${summary(root, run, removed, bytes)}\n`);
  return failed.length > 0 ? exitCodes.failed : exitCodes.ok;
}

function summary(root: string, run: CleanRun, removed: readonly { kind?: Leftover["kind"] }[], bytes: number): string {
  if (removed.length === 0) return `nothing to remove in ${join(root, ".orchestra")}`;
  const what = [...Map.groupBy(removed, ({ kind }) => kind)].map(([kind, some]) =>
    kind === undefined ? "all of .orchestra" : plural(some.length, kind),
  );
  return `${run.isDryRun ? "would remove" : "removed"} ${listNames(what)}: ${byteSize(bytes)}`;
}

function plural(count: number, kind: Leftover["kind"]): string {
  return kind === "binary" ? `${count} ${count === 1 ? "binary" : "binaries"}` : counted(count, kind);
}
