import { readFileSync } from "node:fs";
import { endianness } from "node:os";

/** The number of the entry, and what most machines would say. */
const pageSizeEntry = 6n;
const usualBytes = 4096;

/**
 * Bytes of a page of memory, by which the kernel counts. Read from what the kernel tells every program at its start:
 * exact, where dividing VmRSS by a count of pages read a moment later is not, and without a program to ask.
 */
export function readAuxiliaryPageBytes(): number {
  let entries: Buffer;
  try {
    entries = readFileSync("/proc/self/auxv");
  } catch {
    return usualBytes;
  }
  const read = (at: number): bigint =>
    endianness() === "LE" ? entries.readBigUInt64LE(at) : entries.readBigUInt64BE(at);
  // Pairs of a number and a value, each of a machine word; Node runs on 64 bits only.
  for (let at = 0; at + 16 <= entries.length; at += 16) if (read(at) === pageSizeEntry) return Number(read(at + 8));
  return usualBytes;
}
