import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { replicaId, type UnitId } from "../../model/ids.ts";
import { laneKey } from "./cursor.ts";
import type { LaneFiles } from "./lane.ts";
import { LogFile, type Run } from "./log-file.ts";
import { type LogStream, parseLogName, replicaFolder } from "./log-path.ts";

interface CatalogLane {
  key: string;
  unit: UnitId;
  service: string;
  stream: LogStream;
  /** By generation, ascending, each once. */
  files: LogFile[];
}

/**
 * Every log file there is: what the store began or adopted, and, from the first question on, all runs of the past that
 * lie in the folder. The folder is listed once; nothing is opened for it.
 */
export class Catalog {
  readonly dir: string;
  readonly #lanes = new Map<string, CatalogLane>();
  #scanning: Promise<void> | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The file of a run, made known if it was not. */
  file(run: Run, stream: LogStream): LogFile {
    const key = laneKey(run.unit, stream);
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = { key, unit: run.unit, service: run.service, stream, files: [] };
      this.#lanes.set(key, lane);
    }
    const known = lane.files.findLast((file) => file.run.generation === run.generation);
    if (known !== undefined) return known;
    const file = new LogFile(this.dir, run, stream);
    const after = lane.files.findLastIndex((other) => other.run.generation < run.generation);
    lane.files = lane.files.toSpliced(after + 1, 0, file);
    return file;
  }

  /** The files of a generation, `out` first; none where it is unknown. */
  filesOf(unit: UnitId, generation: number): LogFile[] {
    return (["out", "err"] as const).flatMap(
      (stream) =>
        this.#lanes.get(laneKey(unit, stream))?.files.filter((file) => file.run.generation === generation) ?? [],
    );
  }

  /** All files of a unit that are followed now. */
  liveFilesOf(unit: UnitId): LogFile[] {
    return (["out", "err"] as const).flatMap(
      (stream) => this.#lanes.get(laneKey(unit, stream))?.files.filter((file) => file.isLive) ?? [],
    );
  }

  /** The newest generation of a unit; null where there is none. */
  newestGeneration(unit: UnitId): number | null {
    const newest = (["out", "err"] as const).map(
      (s) => this.#lanes.get(laneKey(unit, s))?.files.at(-1)?.run.generation ?? -1,
    );
    return Math.max(...newest) < 0 ? null : Math.max(...newest);
  }

  /** Lanes of the named services and units, or of all; names that nobody bears give none. */
  lanes(names: readonly string[], generation: number | undefined): LaneFiles[] {
    const wanted = new Set(names);
    const lanes: LaneFiles[] = [];
    for (const { key, unit, service, files } of this.#lanes.values()) {
      if (wanted.size > 0 && !wanted.has(unit) && !wanted.has(service)) continue;
      const some = generation === undefined ? files : files.filter((file) => file.run.generation === generation);
      if (some.length > 0) lanes.push({ key, files: some });
    }
    return lanes;
  }

  files(): LogFile[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.files);
  }

  /** Forgets files that were deleted. */
  remove(files: ReadonlySet<LogFile>): void {
    for (const lane of this.#lanes.values()) {
      if (lane.files.some((file) => files.has(file))) lane.files = lane.files.filter((file) => !files.has(file));
      if (lane.files.length === 0) this.#lanes.delete(lane.key);
    }
  }

  /** Lists the folder, the first time it is called. Never rejects: a folder that is not there has no logs. */
  scan(): Promise<void> {
    this.#scanning ??= this.#scan();
    return this.#scanning;
  }

  async #scan(): Promise<void> {
    for (const service of await list(this.dir)) {
      for (const replica of await list(join(this.dir, service))) {
        if (!/^\d{1,9}$/.test(replica)) continue;
        const index = Number(replica);
        for (const name of await list(replicaFolder(this.dir, service, index))) {
          const parsed = parseLogName(name);
          if (parsed === null) continue;
          const run = { unit: replicaId(service, index), service, index, generation: parsed.generation };
          this.file(run, parsed.stream);
        }
      }
    }
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
