import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface FoundProcess {
  pid: number;
  parent: number;
  /** Arguments joined by blanks. */
  command: string;
}

/**
 * Every living process that belongs to `folder`: it works inside it, names it on its command line, or was started
 * with it in its environment. Zombies and this very process do not count.
 */
export function processesOf(folder: string): FoundProcess[] {
  const found: FoundProcess[] = [];
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const read = (file: string) => readOrNull(() => readFileSync(`/proc/${pid}/${file}`, "utf8")) ?? "";
    const cwd = readOrNull(() => readlinkSync(`/proc/${pid}/cwd`)) ?? "";
    const commandLine = read("cmdline");
    const isInside = cwd === folder || cwd.startsWith(`${folder}/`) || cwd === `${folder} (deleted)`;
    if (!isInside && !commandLine.includes(folder) && !read("environ").includes(folder)) continue;
    const [, state, parent] = /\) (\S) (\d+)/.exec(read("stat")) ?? [];
    if (state === undefined || state === "Z" || state === "X") continue;
    found.push({ pid, parent: Number(parent), command: commandLine.replaceAll("\0", " ").trim() });
  }
  return found;
}

/** A process may end between any two looks at it. */
function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
