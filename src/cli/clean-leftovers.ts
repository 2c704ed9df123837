import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readBuildRecord } from "../engine/build/build-records.ts";
import { type LogStream, logPath, parseLogName, replicaFolder, sidecarPath } from "../engine/logs/log-path.ts";
import { replicaId } from "../model/ids.ts";

/** A file or folder in `.orchestra` that nothing uses. */
export interface Leftover {
  kind: "log" | "binary" | "crash report";
  path: string;
  /** Of all that goes with it. */
  bytes: number;
  /** Its sidecar, where it has one. */
  alongside: string[];
}

/** What must stay, whatever the files look like. */
export interface InUse {
  /** Unit → the generation that runs. */
  generations: ReadonlyMap<string, number>;
  /** Real paths of what runs. */
  executables: ReadonlySet<string>;
  /** Then a binary without a record may be one that it is just building. */
  hasDaemon: boolean;
}

/**
 * All that can go: logs of earlier runs (the newest of each replica stays, for it is what a person looks at after a
 * crash), binaries that neither run nor are the newest build of their kind, and reports of crashes.
 */
export function findLeftovers(stateDir: string, inUse: InUse): Leftover[] {
  return [
    ...oldLogs(join(stateDir, "logs"), inUse),
    ...oldBinaries(join(stateDir, "bin"), inUse),
    ...list(stateDir)
      .filter((entry) => entry.isFile() && /^crash-.*\.log$/.test(entry.name))
      .map((entry) => leftover("crash report", join(stateDir, entry.name))),
  ];
}

function oldLogs(dir: string, { generations }: InUse): Leftover[] {
  const found: Leftover[] = [];
  for (const service of folders(dir)) {
    for (const replica of folders(join(dir, service))) {
      if (!/^\d{1,9}$/.test(replica)) continue;
      const index = Number(replica);
      const runs = list(replicaFolder(dir, service, index)).flatMap((entry) => parseLogName(entry.name) ?? []);
      const newest = Math.max(...runs.map((run) => run.generation));
      // A run that lives is followed by none; what is there of a later one belongs to a start that is under way.
      const kept = Math.min(newest, generations.get(replicaId(service, index)) ?? newest);
      const old = runs.filter((run) => run.generation < kept).sort((a, b) => a.generation - b.generation);
      for (const { generation, stream } of old) found.push(logOf(dir, service, index, generation, stream));
    }
  }
  return found;
}

function logOf(dir: string, service: string, index: number, generation: number, stream: LogStream): Leftover {
  const path = logPath(dir, service, index, generation, stream);
  return leftover("log", path, [sidecarPath(path)]);
}

function oldBinaries(dir: string, { executables, hasDaemon }: InUse): Leftover[] {
  const found: Leftover[] = [];
  for (const key of folders(dir)) {
    const newest = readBuildRecord(dir, key)?.artifact ?? null;
    const newestNumber = newest === null ? 0 : numberOf(newest);
    for (const { name } of list(join(dir, key))) {
      const path = join(dir, key, name);
      const isUnderWay = hasDaemon && numberOf(name.replace(/\.tmp$/, "")) > newestNumber;
      if (numberOf(name.replace(/\.tmp$/, "")) === 0 || path === newest || executables.has(path) || isUnderWay)
        continue;
      found.push(leftover("binary", path));
    }
  }
  return found;
}

/** Builds are numbered: `orders.7`; 0 for what is no build. */
function numberOf(name: string): number {
  return Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
}

function leftover(kind: Leftover["kind"], path: string, alongside: string[] = []): Leftover {
  const bytes = [path, ...alongside].reduce((sum, file) => sum + sizeOf(file), 0);
  return { kind, path, bytes, alongside };
}

/** Bytes of a file, or of all that is in a folder; 0 for what is not there. Links are not followed. */
export function sizeOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  return list(path).reduce((sum, entry) => sum + sizeOf(join(path, entry.name)), 0);
}

function folders(dir: string): string[] {
  return list(dir).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

function list(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
