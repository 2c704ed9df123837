import { join } from "node:path";

/** Which of a run's two outputs a file holds; without `split_stderr` everything is in `out`. */
export type LogStream = "out" | "err";

/** The folder of one replica's runs. */
export function replicaFolder(dir: string, service: string, index: number): string {
  return join(dir, service, String(index));
}

/** `<dir>/api/2/7.log`, or `7.err.log` for a split stderr. */
export function logPath(dir: string, service: string, index: number, generation: number, stream: LogStream): string {
  return join(replicaFolder(dir, service, index), `${generation}${stream === "err" ? ".err" : ""}.log`);
}

/** The sidecar that belongs to a log file. */
export function sidecarPath(path: string): string {
  return path.replace(/\.log$/, ".idx");
}

/** The inverse of the last part of `logPath`; null for any other file. */
export function parseLogName(name: string): { generation: number; stream: LogStream } | null {
  const match = /^(\d{1,15})(\.err)?\.log$/.exec(name);
  if (match === null) return null;
  return { generation: Number(match[1]), stream: match[2] === undefined ? "out" : "err" };
}

/** The inverse of `logPath`, for the log of a run's stdout; null for a path that is none. */
export function parseLogPath(dir: string, path: string): { service: string; index: number; generation: number } | null {
  const [service = "", index = "", name = "", ...more] = path.startsWith(`${dir}/`)
    ? path.slice(dir.length + 1).split("/")
    : [];
  const log = parseLogName(name);
  if (log === null || log.stream !== "out" || more.length > 0 || !/^[1-9]\d{0,8}$/.test(index)) return null;
  return { service, index: Number(index), generation: log.generation };
}
