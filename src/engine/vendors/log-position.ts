import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { LogEnds } from "../logs/log-writer.ts";
import type { LogMark } from "./log-mark.ts";

/** How far the log of one container has been taken over. */
export interface LogPosition {
  /** Its id, sixty-four hex digits. */
  container: string;
  /** Of the run whose file was written to. */
  generation: number;
  /** Where the files of that run ended then. */
  ends: LogEnds;
  mark: LogMark;
}

/*
 * The file has two records of fixed size, which are written in turn, by one call each, after the text that they tell of. A
 * daemon that is killed between the two leaves text that no record knows: the next one cuts it off, and gets it from Docker
 * again. So each piece is in the log once. A record that is torn fails its checksum, and the other one counts.
 */
const recordBytes = 256;
const magic = 0x4f435032;
const containerAt = 64;
const sinceAt = 128;
const newestAt = 176;
const longestTime = 48;
const sumAt = recordBytes - 4;

/** Always as long as a record. `turn`: how many were written before. */
export function encodePosition({ container, generation, ends, mark }: LogPosition, turn: number): Buffer {
  const bytes = Buffer.alloc(recordBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE((mark.open.out ? 1 : 0) + (mark.open.err ? 2 : 0), 4);
  const numbers = [turn, generation, ends.out, ends.err, mark.count, mark.total];
  for (const [i, number] of numbers.entries()) bytes.writeDoubleLE(number, 8 + i * 8);
  bytes.write(container, containerAt, 64, "latin1");
  bytes.write(mark.since, sinceAt, longestTime, "latin1");
  bytes.write(mark.newest, newestAt, longestTime, "latin1");
  bytes.writeUInt32LE(crc32(bytes.subarray(0, sumAt)), sumAt);
  return bytes;
}

/** Null for anything that is no whole record. */
export function decodePosition(bytes: Buffer): { position: LogPosition; turn: number } | null {
  if (bytes.length !== recordBytes || bytes.readUInt32LE(0) !== magic) return null;
  if (crc32(bytes.subarray(0, sumAt)) !== bytes.readUInt32LE(sumAt)) return null;
  const text = (from: number, length: number): string =>
    bytes.toString("latin1", from, from + length).replace(/\0+$/, "");
  const number = (i: number): number => bytes.readDoubleLE(8 + i * 8);
  const flags = bytes.readUInt32LE(4);
  const position: LogPosition = {
    container: text(containerAt, 64),
    generation: number(1),
    ends: { out: number(2), err: number(3) },
    mark: {
      since: text(sinceAt, longestTime),
      count: number(4),
      newest: text(newestAt, longestTime),
      total: number(5),
      open: { out: (flags & 1) !== 0, err: (flags & 2) !== 0 },
    },
  };
  return { position, turn: number(0) };
}

/** The records of one replica, beside its logs. */
export class PositionFile {
  readonly #path: string;
  #fd: number | null = null;
  #turn = 0;

  constructor(folder: string) {
    this.#path = join(folder, "container.pos");
  }

  /** The newest one; null where there is none, or none that can be made sense of. */
  read(): LogPosition | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#path);
    } catch {
      return null;
    }
    const records = [0, recordBytes].flatMap((at) => decodePosition(bytes.subarray(at, at + recordBytes)) ?? []);
    const newest = records.sort((a, b) => b.turn - a.turn)[0];
    if (newest === undefined) return null;
    this.#turn = newest.turn + 1;
    return newest.position;
  }

  /** Throws what the system says. */
  write(position: LogPosition): void {
    // Neither emptied nor written at its end.
    this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const written = writeSync(
      this.#fd,
      encodePosition(position, this.#turn),
      0,
      recordBytes,
      (this.#turn % 2) * recordBytes,
    );
    // As on a disk that is full; the record before it still counts.
    if (written < recordBytes) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    this.#turn++;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}
