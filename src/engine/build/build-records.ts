import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildInputs, Fingerprint } from "./fingerprint.ts";

/** What is remembered of the last good build of one key. */
export interface BuildRecord {
  version: 1;
  /** Absolute path of the binary, with what tells that nobody touched it since. */
  artifact: string;
  artifactSize: number;
  artifactMtimeMs: number;
  contentId: string;
  /** How long the last build took. */
  durationMs: number;
  /** Absolute path of the go command. */
  go: string;
  /** The PATH, where it chooses a C compiler too. */
  path: string | null;
  /** Null until it is known; then a build is never skipped. */
  inputs: Fingerprint | null;
  /** What this program, or its last build, was made of, by name, also where `inputs` are in doubt; null until known. */
  madeOf?: BuildInputs | null;
}

/** By name, what the build of `record` was made of; null where that is not known yet. */
export function inputsOfRecord({ madeOf, inputs }: BuildRecord): BuildInputs | null {
  if (madeOf !== undefined && madeOf !== null) return madeOf;
  if (inputs === null) return null;
  return {
    files: inputs.files.map(([path]) => path),
    directories: inputs.directories.map(({ dir, filter }) => ({ dir, filter })),
  };
}

/** The record of `key`; null where there is none that can be read. */
export function readBuildRecord(binDir: string, key: string): BuildRecord | null {
  try {
    const record = JSON.parse(readFileSync(join(binDir, `${key}.json`), "utf8")) as BuildRecord;
    return record.version === 1 ? record : null;
  } catch {
    return null;
  }
}

/** Replaces the record of `key`. Where that cannot be done (disk full), the next start builds, which is right too. */
export function writeBuildRecord(binDir: string, key: string, record: BuildRecord): void {
  const file = join(binDir, `${key}.json`);
  try {
    writeFileSync(`${file}.new`, JSON.stringify(record));
    renameSync(`${file}.new`, file);
  } catch {
    // See above.
  }
}
