import { type FileHandle, open } from "node:fs/promises";
import { readAt } from "./read-at.ts";
import { decodeRecords, headerBytes, type Records, recordBytes } from "./sidecar.ts";

const pageRecords = 256;

/** False for the first records of a sidecar, true for all that follow. */
export type IsWanted = (end: number, time: number) => boolean;

/** Records in a row. */
export interface FoundRecords extends Records {
  /** The `end` of the record before the first of them; 0 where they begin with the first of all. */
  before: number;
}

/**
 * Adds to `found` the records of a sidecar from the first wanted one on, until one reaches `to`. `count` is how many
 * it holds. Reads a page for each halving; a sidecar that is gone or corrupt adds nothing more.
 */
export async function findRecords(
  path: string,
  count: number,
  isWanted: IsWanted,
  to: number,
  found: FoundRecords,
): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch {
    return;
  }
  try {
    const first = await firstWantedPage(file.fd, count, isWanted);
    if (first > 0) found.before = (await readRecords(file.fd, first * pageRecords - 1, 1))?.ends[0] ?? 0;
    for (let from = first * pageRecords; from < count; from += pageRecords) {
      const records = await readRecords(file.fd, from, Math.min(pageRecords, count - from));
      if (records === null || addWanted(records, isWanted, to, found)) return;
    }
  } finally {
    await file.close();
  }
}

/** The first page whose last record is wanted; the last page where none is. */
async function firstWantedPage(fd: number, count: number, isWanted: IsWanted): Promise<number> {
  let low = 0;
  let high = Math.floor((count - 1) / pageRecords);
  while (low < high) {
    const middle = (low + high) >> 1;
    const last = await readRecords(fd, (middle + 1) * pageRecords - 1, 1);
    if (last === null || isWanted(last.ends[0] ?? Infinity, last.times[0] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** True once `to` is reached. */
function addWanted(records: Records, isWanted: IsWanted, to: number, found: FoundRecords): boolean {
  for (const [i, end] of records.ends.entries()) {
    const time = records.times[i] as number;
    if (found.ends.length > 0 || isWanted(end, time)) {
      found.ends.push(end);
      found.times.push(time);
      if (end >= to) return true;
    } else {
      found.before = end;
    }
  }
  return false;
}

async function readRecords(fd: number, from: number, count: number): Promise<Records | null> {
  const bytes = Buffer.allocUnsafe(count * recordBytes);
  const filled = await readAt(fd, bytes, headerBytes + from * recordBytes);
  return decodeRecords(bytes.subarray(0, filled));
}
