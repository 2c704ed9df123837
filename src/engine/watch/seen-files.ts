import { hash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats, statSync } from "node:fs";

/** What a file was like when it was looked at last. */
interface Sight {
  size: number;
  mtimeMs: number;
  ino: number;
  /** Written so long before it was looked at that another write would have another time. */
  isSettled: boolean;
  /** Of the content; null where it was not read. */
  digest: string | null;
}

/** A file that is not there. */
interface Absence {
  /** Milliseconds since the epoch when a known file was found to be gone; null for one that was never seen. */
  goneAt: number | null;
}

/** Larger ones count as changed when their times say so. */
const mostBytes = 4 * 1024 * 1024;
/** Larger ones are not read before they are reported: sources are smaller. */
const mostLearntBytes = 256 * 1024;
/** So many are read in a row: about a millisecond. */
const learntAtOnce = 20;
/** File times come from a clock that ticks every 4 to 10 ms. */
const clockTickMs = 50;
/** Some file systems keep whole seconds only, or even ones. */
const coarseTickMs = 2100;

/**
 * Tells files that changed from those that only were reported: another mode, a save of the same bytes, a file that was
 * replaced by its copy. Synchronous, because a look takes some 30 µs, and so that a report is answered before the next
 * one comes.
 */
export class SeenFiles {
  readonly #seen = new Map<string, Sight | Absence>();
  /** Found, and not read yet. */
  readonly #unread = new Set<string>();
  readonly #buffer = Buffer.allocUnsafeSlow(mostLearntBytes);

  /** True for a file that was looked at, or found missing. */
  has(path: string): boolean {
    return this.#seen.has(path);
  }

  /**
   * Notes what a file is like that was found, not reported. True where it is known already, and seems to be another
   * than then.
   */
  note(path: string, stats: Stats): boolean {
    const known = this.#seen.get(path);
    if (known !== undefined) return isAbsence(known) || !isSameStamp(known, stats);
    const sight = sightOf(stats, null);
    this.#seen.set(path, sight);
    if (sight.isSettled && stats.isFile() && stats.size <= mostLearntBytes) this.#unread.add(path);
    return false;
  }

  /** True for a known file that seems to be another than when it was looked at last, or is gone. */
  isAnother(path: string): boolean {
    const known = this.#seen.get(path);
    if (known === undefined || isAbsence(known)) return false;
    const stats = statOf(path);
    return stats === null || !isSameStamp(known, stats);
  }

  /**
   * Reads some of the files that were found, so that their first save with the same bytes is known for one. False where
   * none are left. One that is reported earlier counts as changed.
   */
  learn(): boolean {
    let left = learntAtOnce;
    for (const path of this.#unread) {
      if (left === 0) return true;
      left -= 1;
      this.#unread.delete(path);
      const sight = this.#seen.get(path);
      if (sight === undefined || isAbsence(sight) || sight.digest !== null) continue;
      const digest = this.#digestOfFound(path, sight);
      if (digest !== null) this.#seen.set(path, { ...sight, digest });
    }
    return false;
  }

  /** Whether a reported file is another than it was when it was looked at last, or is gone, or new. */
  hasChanged(path: string): boolean {
    const last = this.#seen.get(path);
    const before = last === undefined || isAbsence(last) ? null : last;
    const stats = statOf(path);
    if (stats === null) {
      if (before !== null || last === undefined) this.#seen.set(path, { goneAt: before === null ? null : Date.now() });
      return before !== null;
    }
    if (before?.isSettled === true && isSameStamp(before, stats)) return false;
    const now = sightOf(stats, this.#digestOf(path, stats));
    this.#seen.set(path, now);
    return before === null || before.digest === null || before.digest !== now.digest;
  }

  paths(): string[] {
    return [...this.#seen.keys()];
  }

  /** Known files that were written or went after `since`, in whole milliseconds since the epoch. */
  *changedAfter(since: number): Generator<string> {
    for (const [path, known] of this.#seen) {
      const at = isAbsence(known) ? (known.goneAt ?? Number.NEGATIVE_INFINITY) : Math.floor(known.mtimeMs);
      if (at > since) yield path;
    }
  }

  /** Forgets files that nobody is interested in any more. */
  keep(isWanted: (path: string) => boolean): void {
    for (const path of this.#seen.keys()) {
      if (isWanted(path)) continue;
      this.#seen.delete(path);
      this.#unread.delete(path);
    }
  }

  #digestOf(path: string, stats: Stats): string | null {
    if (!stats.isFile() || stats.size > mostBytes) return null;
    if (stats.size <= mostLearntBytes) {
      const digest = this.#digestOfFound(path, stats);
      if (digest !== null) return digest;
    }
    // It is large, or is being written: then what it is by now is as good.
    try {
      return hash("sha1", readFileSync(path), "base64");
    } catch {
      return null;
    }
  }

  /**
   * Null where it is not any more what was found: then its report is on the way. Leaves no garbage behind, of which
   * thousands of files in a row would make some megabytes.
   */
  #digestOfFound(path: string, found: Pick<Sight, "size" | "mtimeMs" | "ino">): string | null {
    try {
      const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        if (!isSameStamp(found, fstatSync(file))) return null;
        const length = readSync(file, this.#buffer, 0, mostLearntBytes, 0);
        return length === found.size ? hash("sha1", this.#buffer.subarray(0, length), "base64") : null;
      } finally {
        closeSync(file);
      }
    } catch {
      return null;
    }
  }
}

function isAbsence(known: Sight | Absence): known is Absence {
  return "goneAt" in known;
}

function statOf(path: string): Stats | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined || stats.isDirectory() ? null : stats;
  } catch {
    return null;
  }
}

function sightOf({ size, mtimeMs, ino }: Stats, digest: string | null): Sight {
  const tickMs = mtimeMs % 1000 === 0 ? coarseTickMs : clockTickMs;
  return { size, mtimeMs, ino, digest, isSettled: mtimeMs < Date.now() - tickMs };
}

function isSameStamp(a: Pick<Sight, "size" | "mtimeMs" | "ino">, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino;
}
