import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What one process noted of the lines that it printed; see fixtures/programs/numbers-lines.sh. */
export interface Notes {
  file: string;
  service: string;
  replica: number;
  generation: number;
  pid: number;
  /** Lines that it had certainly written: their numbers, in order. */
  written: number[];
  /** Numbers of lines of which an attempt to write them failed, so that a piece of them may be there. */
  failed: Set<number>;
  /** The first and the last time it noted anything: seconds since boot, right to 0.01. */
  from: number;
  to: number;
}

/** The notes in one file; null where it has none yet, or is of another kind. */
export function parseNotes(file: string, text: string): Notes | null {
  const name = /^([^.]+)\.(\d+)\.(\d+)\.(\d+)$/.exec(file);
  if (name === null) return null;
  const written: number[] = [];
  const failed = new Set<number>();
  const times: number[] = [];
  for (const line of text.split("\n")) {
    const [what, which] = line.split(" ");
    if (what === "!") failed.add(Number(which));
    else if (which !== undefined && which !== "") {
      times.push(Number(which));
      if (what !== "begin" && what !== "end") written.push(Number(what));
    }
  }
  const [from] = times;
  if (from === undefined) return null;
  return {
    file,
    service: name[1] as string,
    replica: Number(name[2]),
    generation: Number(name[3]),
    pid: Number(name[4]),
    written,
    failed,
    from,
    to: Math.max(...times.slice(-2)),
  };
}

/** All that the programs of a fleet noted. */
export function readNotes(folder: string): Notes[] {
  return readdirSync(folder).flatMap((file) => parseNotes(file, readFileSync(join(folder, file), "utf8")) ?? []);
}
