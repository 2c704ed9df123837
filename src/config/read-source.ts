import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { errnoOf } from "../lib/errno.ts";
import { SourceText } from "./source-text.ts";

/** A config file is written by hand; what is larger was not meant to be one, and would take seconds to parse. */
const maxBytes = 1_000_000;

/** What came of reading a file: its text, nothing there, or why it is of no use (a sentence's end: `is a folder`). */
export type SourceReading =
  | { kind: "text"; source: SourceText }
  | { kind: "absent" }
  | { kind: "unreadable"; problem: string; hint: string | null };

/** Reads a text file of moderate size. Never throws, never blocks on a pipe or device. */
export function readSource(file: string): SourceReading {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return { kind: "absent" };
    if (stat.isDirectory()) return unreadable("is a folder, not a file");
    if (!stat.isFile()) return unreadable("is not a regular file");
    if (stat.size > maxBytes) return unreadable(`is too large: ${stat.size} bytes, at most ${maxBytes}`);
    if (stat.size === 0) return { kind: "text", source: new SourceText(file, "") };
    return decode(file, readFileSync(file));
  } catch (error) {
    switch (errnoOf(error)) {
      case "ENOENT":
      case "ENOTDIR":
        return { kind: "absent" };
      case "EACCES":
      case "EPERM":
        return unreadable("cannot be read: no permission", "give yourself permission to read it");
      case "ELOOP":
        return unreadable("is a link that leads back to itself");
      default:
        return unreadable(`cannot be read: ${errnoOf(error)}`);
    }
  }
}

function decode(file: string, bytes: Buffer): SourceReading {
  if (bytes.includes(0)) return unreadable("is not a text file", "save it as UTF-8");
  if (!isUtf8(bytes)) return unreadable("is not UTF-8 text", "save it as UTF-8");
  return { kind: "text", source: new SourceText(file, bytes.toString("utf8")) };
}

function unreadable(problem: string, hint: string | null = null): SourceReading {
  return { kind: "unreadable", problem, hint };
}
