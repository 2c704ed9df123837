/**
 * The file format of a log's sidecar: a header of `headerBytes`, then records of two doubles, little-endian:
 * all bytes before `end` had been seen by `at`. Both never fall from one record to the next.
 */
export interface SidecarHeader {
  /** When the generation started, milliseconds since the epoch. */
  startedAt: number;
  /** Present once the writer is gone: the file's final size, when that was seen, and what to say of it. */
  end: RunEnd | null;
}

/** How and when a generation ended. `size` is the final size of the log file. */
export interface RunEnd {
  size: number;
  at: number;
  note: string;
}

/** Record arrays of equal length. */
export interface Records {
  ends: number[];
  times: number[];
}

export const headerBytes = 128;
export const recordBytes = 16;
const magic = 0x4f4c4958;
const version = 1;
const noteAt = 32;
const notEnded = -1;

/** Always `headerBytes` long; a note that does not fit is cut. */
export function encodeHeader(header: SidecarHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt16LE(version, 4);
  bytes.writeDoubleLE(header.startedAt, 8);
  bytes.writeDoubleLE(header.end?.size ?? notEnded, 16);
  bytes.writeDoubleLE(header.end?.at ?? 0, 24);
  // `write` never cuts a character in two.
  const noteLength = bytes.write(header.end?.note ?? "", noteAt, headerBytes - noteAt, "utf8");
  bytes.writeUInt16LE(noteLength, 6);
  return bytes;
}

/** Null for anything that is no header of this version. */
export function decodeHeader(bytes: Buffer): SidecarHeader | null {
  if (bytes.length < headerBytes) return null;
  if (bytes.readUInt32LE(0) !== magic || bytes.readUInt16LE(4) !== version) return null;
  const startedAt = bytes.readDoubleLE(8);
  const size = bytes.readDoubleLE(16);
  const at = bytes.readDoubleLE(24);
  const noteLength = bytes.readUInt16LE(6);
  if (!isTime(startedAt) || noteLength > headerBytes - noteAt) return null;
  if (size === notEnded) return { startedAt, end: null };
  if (!Number.isSafeInteger(size) || size < 0 || !isTime(at)) return null;
  return { startedAt, end: { size, at, note: bytes.toString("utf8", noteAt, noteAt + noteLength) } };
}

/** Whole records in a sidecar of `size` bytes. */
export function countRecords(size: number): number {
  return Math.max(0, Math.floor((size - headerBytes) / recordBytes));
}

/** All records from number `from` of `records` on. */
export function encodeRecords(records: Records, from: number): Buffer {
  const bytes = Buffer.allocUnsafe((records.ends.length - from) * recordBytes);
  for (let i = from; i < records.ends.length; i++) {
    bytes.writeDoubleLE(records.ends[i] as number, (i - from) * recordBytes);
    bytes.writeDoubleLE(records.times[i] as number, (i - from) * recordBytes + 8);
  }
  return bytes;
}

/** Whole records only; null where they contradict what is always true of them, so none can be trusted. */
export function decodeRecords(bytes: Buffer): Records | null {
  const records: Records = { ends: [], times: [] };
  let lastEnd = 0;
  let lastAt = 0;
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const end = bytes.readDoubleLE(at);
    const time = bytes.readDoubleLE(at + 8);
    if (!Number.isSafeInteger(end) || end <= lastEnd || !isTime(time) || time < lastAt) return null;
    records.ends.push(end);
    records.times.push(time);
    lastEnd = end;
    lastAt = time;
  }
  return records;
}

function isTime(value: number): boolean {
  return Number.isFinite(value) && value > 0 && value < 1e14;
}
