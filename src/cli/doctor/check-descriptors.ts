import { readFileSync } from "node:fs";
import type { FleetSpec } from "../../model/fleet.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** What a daemon has open for itself. */
const ownDescriptors = 96;
/** Of each unit: its log, what it is identified by, its pipes, a connection for a probe. */
const perUnit = 6;
/** What other programs take for granted. */
const usual = 1024;

/** Whether a process may have as many files open as a daemon of this fleet needs. Pure; null: there is no limit. */
export function judgeDescriptors(limit: number | null, units: number): Finding {
  const needed = ownDescriptors + perUnit * units;
  if (limit === null) return fine("as many open files as there is room for");
  const raise = `ulimit -n ${Math.max(4 * usual, 2 ** Math.ceil(Math.log2(needed * 2)))}`;
  if (limit < needed) return problem(`${limit} open files are allowed, and the daemon needs ${needed}`, raise);
  if (limit < Math.max(usual, needed * 2)) return warning(`only ${limit} open files are allowed`, raise);
  return fine(`${limit} open files allowed`);
}

/** The limit in the text of /proc/<pid>/limits, the hard one: a daemon raises itself to it. Null where there is none. */
export function parseOpenFiles(limits: string): number | null {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === undefined || hard === "unlimited" ? null : Number(hard);
}

/** Looks how many files may be open; null where the system does not tell. */
export function checkDescriptors({ services, vendors }: FleetSpec): Finding | null {
  const units = [...services, ...vendors].reduce((sum, { scale }) => sum + scale, 0);
  try {
    return judgeDescriptors(parseOpenFiles(readFileSync("/proc/self/limits", "utf8")), units);
  } catch {
    return null;
  }
}
