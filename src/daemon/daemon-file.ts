import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { paths } from "./paths.ts";

/** What `daemon.json` says of the daemon that listens. It outlives a daemon that was killed, so it is never proof. */
export interface DaemonFile {
  pid: number;
  version: string;
  socket: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  protocol: number;
}

/** The file's content; null where there is none, or none that makes sense. */
export function readDaemonFile(root: string): DaemonFile | null {
  let text: string;
  try {
    text = readFileSync(paths.daemonFile(root), "utf8");
  } catch {
    return null;
  }
  return parseDaemonFile(text);
}

/** Exported for its cases: a file that was cut short or written by another program is as good as none. */
export function parseDaemonFile(text: string): DaemonFile | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    const { pid, version, socket, startedAt, protocol } = value as Record<string, unknown>;
    if (typeof pid !== "number" || typeof version !== "string" || typeof socket !== "string") return null;
    if (typeof startedAt !== "number" || typeof protocol !== "number") return null;
    return { pid, version, socket, startedAt, protocol };
  } catch {
    return null;
  }
}

/** Written by the holder of the lock once it listens, whole or not at all. */
export function writeDaemonFile(root: string, content: DaemonFile): void {
  const file = paths.daemonFile(root);
  const temporary = `${file}.${content.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

/** Removes the file where it is still that of `pid`. Only for the holder of the lock. */
export function removeDaemonFile(root: string, pid: number): void {
  if (readDaemonFile(root)?.pid === pid) rmSync(paths.daemonFile(root), { force: true });
}
