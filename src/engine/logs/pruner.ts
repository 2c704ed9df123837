import { rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Catalog } from "./catalog.ts";
import type { LogFile } from "./log-file.ts";
import { sidecarPath } from "./log-path.ts";
import { chooseExpired, type KeptFile, type RetentionLimits } from "./retention.ts";

interface Found {
  bytes: number;
  writtenAt: number;
}

/** Deletes old runs. Files of the past do not change, so each is looked at once, however many a crash loop left. */
export class Pruner {
  readonly #known = new WeakMap<LogFile, Found>();
  #running: Promise<void> | null = null;

  /**
   * Deletes what the limits do not allow, with sidecars and folders that become empty. Never rejects. Asked again
   * while it is at it, it does not begin anew.
   */
  prune(catalog: Catalog, limits: RetentionLimits, now: number): Promise<void> {
    this.#running ??= this.#prune(catalog, limits, now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #prune(catalog: Catalog, limits: RetentionLimits, now: number): Promise<void> {
    await catalog.scan();
    const kept: (KeptFile & { file: LogFile })[] = [];
    const gone = new Set<LogFile>();
    for (const file of catalog.files()) {
      const found = await this.#look(file);
      const { unit, service, generation } = file.run;
      const isNewest = catalog.newestGeneration(unit) === generation;
      if (found !== null) kept.push({ file, service, isLive: file.isLive, isNewest, ...found });
      else if (!file.isLive) gone.add(file);
    }
    for (const { file } of chooseExpired(kept, now, limits)) {
      if (!file.isLive && (await remove(file))) gone.add(file);
    }
    catalog.remove(gone);
    for (const folder of new Set([...gone].map((file) => dirname(file.path)))) await removeIfEmpty(folder);
  }

  async #look(file: LogFile): Promise<Found | null> {
    const known = file.isLive ? undefined : this.#known.get(file);
    if (known !== undefined) return known;
    try {
      const log = await stat(file.path);
      const sidecar = await stat(sidecarPath(file.path)).catch(() => null);
      const found = { bytes: log.size + (sidecar?.size ?? 0), writtenAt: log.mtimeMs };
      if (!file.isLive) this.#known.set(file, found);
      return found;
    } catch {
      return null;
    }
  }
}

async function remove(file: LogFile): Promise<boolean> {
  try {
    await rm(file.path, { force: true });
    await rm(sidecarPath(file.path), { force: true });
    return true;
  } catch {
    return false;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
    await rmdir(dirname(folder));
  } catch {
    // Something is in it.
  }
}
