import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type FoundRecords, findRecords, type IsWanted } from "./find-records.ts";
import { readAt } from "./read-at.ts";
import {
  countRecords,
  decodeHeader,
  decodeRecords,
  encodeHeader,
  encodeRecords,
  headerBytes,
  type Records,
  type RunEnd,
  recordBytes,
  type SidecarHeader,
} from "./sidecar.ts";

/** Records kept in memory for a file that grows; older ones are read from the sidecar. */
const keptRecords = 256;

/** The times of one range of a file. */
export interface TimeSlice {
  /** When the byte at `offset` was seen, milliseconds since the epoch. */
  at(offset: number): number;
}

/**
 * Which byte of one log file was seen when. The newest records are in memory, all of them (but for the last
 * second's) in the sidecar, so that a day of a busy service costs the heap nothing. A sidecar that is torn, corrupt
 * or missing costs the times only: they fall back to `fallbackAt`.
 */
export class TimeIndex {
  readonly path: string;
  #header: SidecarHeader = { startedAt: 0, end: null };
  #fallbackAt = 0;
  /** The newest records; the first of them is record number `#tailFrom`. */
  #tail: Records = { ends: [], times: [] };
  #tailFrom = 0;
  /** The record before them, which the sidecar has; all zeros where there is none. */
  #beforeTail = { end: 0, at: 0 };
  /** Records that the sidecar holds. */
  #written = 0;
  #isHeaderWritten = false;
  /** What the sidecar holds after its `#written` records is void: nothing, a torn record, or what was thrown away. */
  #isRestVoid = true;
  #lastEnd = 0;
  #lastAt = 0;
  /** Grows when all records are thrown away; a write that began before does not count. */
  #epoch = 0;
  #writing: Promise<boolean> = Promise.resolve(true);

  constructor(path: string) {
    this.path = path;
  }

  get header(): SidecarHeader {
    return this.#header;
  }

  /** Time of the newest byte; the start where there is none. Never falls. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Bytes before this offset have a time of their own. */
  get lastEnd(): number {
    return this.#lastEnd;
  }

  get isDirty(): boolean {
    return !this.#isHeaderWritten || this.#written < this.#tailFrom + this.#tail.ends.length;
  }

  /** Starts for a file that has no bytes yet. */
  begin(startedAt: number): void {
    this.reset();
    this.#header = { startedAt, end: null };
    this.#fallbackAt = startedAt;
    this.#lastAt = startedAt;
  }

  /** Nothing in the first `size` bytes is newer. */
  newestAt(size: number): number {
    return size > this.#lastEnd ? Math.max(this.#lastAt, this.#fallbackAt) : this.#lastAt;
  }

  /**
   * Takes over what an earlier daemon wrote. Blocks, but for three small reads only. `startedAt` and `fallbackAt` are
   * for what the sidecar does not tell.
   */
  recover(startedAt: number, fallbackAt: number): void {
    this.reset();
    let fd: number;
    try {
      fd = openSync(this.path, "r");
    } catch {
      this.#restore(null, null, 0, startedAt, fallbackAt);
      return;
    }
    try {
      const head = Buffer.alloc(headerBytes);
      const last = Buffer.alloc(recordBytes);
      const count = countRecords(fstatSync(fd).size);
      readSync(fd, head, 0, headerBytes, 0);
      if (count > 0) readSync(fd, last, 0, recordBytes, headerBytes + (count - 1) * recordBytes);
      this.#restore(head, last, count, startedAt, fallbackAt);
    } catch {
      this.#restore(null, null, 0, startedAt, fallbackAt);
    } finally {
      closeSync(fd);
    }
  }

  /** As `recover`, for a run of the past: without blocking. */
  async load(startedAt: number, fallbackAt: number): Promise<void> {
    const epoch = this.#epoch;
    const head = Buffer.alloc(headerBytes);
    const last = Buffer.alloc(recordBytes);
    let count = 0;
    let isRead = false;
    try {
      const file = await open(this.path, "r");
      try {
        count = countRecords((await file.stat()).size);
        isRead = (await readAt(file.fd, head, 0)) === headerBytes;
        if (count > 0) await readAt(file.fd, last, headerBytes + (count - 1) * recordBytes);
      } finally {
        await file.close();
      }
    } catch {
      isRead = false;
    }
    // Else somebody began to follow it meanwhile, and knows better.
    if (epoch === this.#epoch) this.#restore(isRead ? head : null, last, count, startedAt, fallbackAt);
  }

  /** All bytes before `end` have been seen by now. Times never fall, whatever the clock does. */
  append(end: number, now: number): void {
    if (end <= this.#lastEnd) return;
    const at = Math.max(now, this.#lastAt);
    this.#tail.ends.push(end);
    this.#tail.times.push(at);
    this.#lastEnd = end;
    this.#lastAt = at;
    this.#trim();
  }

  /** The file was truncated: what was known of its bytes is void. */
  reset(): void {
    this.#epoch++;
    this.#tail = { ends: [], times: [] };
    this.#tailFrom = 0;
    this.#beforeTail = { end: 0, at: 0 };
    this.#written = 0;
    this.#isHeaderWritten = false;
    this.#isRestVoid = true;
    this.#lastEnd = 0;
  }

  /**
   * The file ends at `end` again, and will be written anew from there. The times of what stays are kept, but where the record
   * that they are in goes further: that one's bytes get the time of what follows.
   */
  cutTo(end: number): void {
    const { ends, times } = this.#tail;
    const kept = ends.findIndex((e) => e > end);
    if (kept === -1) return;
    if (kept === 0 && this.#beforeTail.end > end) {
      this.reset();
      return;
    }
    this.#epoch++;
    this.#tail = { ends: ends.slice(0, kept), times: times.slice(0, kept) };
    this.#written = Math.min(this.#written, this.#tailFrom + kept);
    this.#isRestVoid = true;
    this.#lastEnd = this.#tail.ends.at(-1) ?? this.#beforeTail.end;
    this.#lastAt = this.#tail.times.at(-1) ?? Math.max(this.#header.startedAt, this.#beforeTail.at);
  }

  setEnd(end: RunEnd | null): void {
    this.#header = { ...this.#header, end };
    this.#isHeaderWritten = false;
  }

  /** The times of the bytes from `from` up to `to`. */
  async range(from: number, to: number): Promise<TimeSlice> {
    const records = await this.#records((end) => end > from, to);
    const { ends, times } = records;
    const beyond = ends.length > 0 ? Math.max(this.#fallbackAt, times.at(-1) as number) : this.#fallbackAt;
    let hint = 0;
    return {
      at(offset) {
        // Lines are asked for in file order, up or down, so the answer is nearly always next to the last one.
        while (hint > 0 && (ends[hint - 1] as number) > offset) hint--;
        while (hint < ends.length && (ends[hint] as number) <= offset) hint++;
        return times[hint] ?? beyond;
      },
    };
  }

  /** The first offset that was seen at `at` or later; no line before it is as new. */
  async seek(at: number): Promise<number> {
    if (at > this.#lastAt) return this.#lastEnd;
    const records = await this.#records((_, time) => time >= at, 0);
    return records.before;
  }

  /** Brings the sidecar up to date. False where that failed; the records wait for the next try, as far as they fit. */
  flush(): Promise<boolean> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  #restore(head: Buffer | null, last: Buffer | null, count: number, startedAt: number, fallbackAt: number): void {
    this.#fallbackAt = fallbackAt;
    const header = head === null ? null : decodeHeader(head);
    const newest = last === null || count === 0 ? { ends: [], times: [] } : decodeRecords(last);
    if (header === null || newest === null) {
      this.#header = { startedAt, end: null };
      this.#lastAt = startedAt;
      this.reset();
      return;
    }
    this.#header = header;
    this.#isHeaderWritten = true;
    this.#tailFrom = count;
    this.#written = count;
    this.#beforeTail = { end: newest.ends[0] ?? 0, at: newest.times[0] ?? 0 };
    this.#lastEnd = this.#beforeTail.end;
    this.#lastAt = newest.times[0] ?? header.startedAt;
    this.#fallbackAt = Math.max(fallbackAt, this.#lastAt);
  }

  /** The records from the first one that `isWanted` on, until one reaches `to`. */
  async #records(isWanted: IsWanted, to: number): Promise<FoundRecords> {
    const found: FoundRecords = { ends: [], times: [], before: 0 };
    const { ends, times } = this.#tail;
    const tailFrom = this.#tailFrom;
    const isInTail = ends.length > 0 && !isWanted(ends[0] as number, times[0] as number);
    if (tailFrom > 0 && !isInTail) await findRecords(this.path, tailFrom, isWanted, to, found);
    for (let i = 0; i < ends.length; i++) {
      if (found.ends.length > 0 && (found.ends.at(-1) as number) >= to) break;
      const end = ends[i] as number;
      const time = times[i] as number;
      if (end <= (found.ends.at(-1) ?? 0)) continue;
      if (found.ends.length > 0 || isWanted(end, time)) {
        found.ends.push(end);
        found.times.push(time);
      } else {
        found.before = end;
      }
    }
    return found;
  }

  async #write(): Promise<boolean> {
    if (!this.isDirty) return true;
    const epoch = this.#epoch;
    const count = this.#tailFrom + this.#tail.ends.length;
    const bytes = encodeRecords(this.#tail, Math.max(0, this.#written - this.#tailFrom));
    const position = headerBytes + Math.max(this.#written, this.#tailFrom) * recordBytes;
    const header = this.#header;
    const isHeaderDue = !this.#isHeaderWritten;
    const isRestVoid = this.#isRestVoid;
    try {
      const file = await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
      try {
        if (isRestVoid) await file.truncate(position);
        if (isHeaderDue) await writeAll(file, encodeHeader(header), 0);
        await writeAll(file, bytes, position);
      } finally {
        await file.close();
      }
    } catch {
      this.#isRestVoid = true;
      return false;
    }
    if (epoch !== this.#epoch) return true;
    this.#written = count;
    this.#isRestVoid = false;
    if (header === this.#header) this.#isHeaderWritten = true;
    this.#trim();
    return true;
  }

  /** Drops what the sidecar holds; where it cannot be written, the older half, whose bytes then seem a little newer. */
  #trim(): void {
    const length = this.#tail.ends.length;
    if (length < keptRecords * 2) return;
    const onDisk = this.#written - this.#tailFrom;
    if (onDisk >= keptRecords) this.#drop(keptRecords);
    else if (length >= keptRecords * 16) this.#thin();
  }

  #drop(count: number): void {
    this.#beforeTail = { end: this.#tail.ends[count - 1] ?? 0, at: this.#tail.times[count - 1] ?? 0 };
    this.#tail = { ends: this.#tail.ends.slice(count), times: this.#tail.times.slice(count) };
    this.#tailFrom += count;
  }

  /** Keeps every second of the records that no sidecar holds. */
  #thin(): void {
    const onDisk = Math.max(0, this.#written - this.#tailFrom);
    const last = this.#tail.ends.length - 1;
    const stays = (_: number, i: number): boolean => i < onDisk || i === last || i % 2 === 1;
    this.#tail = { ends: this.#tail.ends.filter(stays), times: this.#tail.times.filter(stays) };
    this.#isRestVoid = true;
    this.#epoch++;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  if (bytes.length === 0) return;
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
  if (bytesWritten < bytes.length) throw new Error("short write");
}
