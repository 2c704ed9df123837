import type { ProcessPath } from "./process-system.ts";

/** One file that a process has open, as `lsof -F pfdn` lists it. */
interface OpenFile {
  pid: number;
  /** `cwd`, `txt`, or a number. */
  descriptor: string;
  device: string | null;
  name: string | null;
}

/**
 * Lines of a letter and a value: `p` begins a process, `f` one of its files, `d` and `n` say more about that. Others
 * are passed over. A file of a process that lsof was denied, or that went away, has an error text for a name.
 */
function* openFiles(output: string): Generator<OpenFile> {
  let pid = 0;
  let file: OpenFile | null = null;
  // What follows the last line end was cut.
  for (const line of output.split("\n").slice(0, -1)) {
    const value = line.slice(1);
    if (line.startsWith("p") || line.startsWith("f")) {
      if (file !== null) yield file;
      file = null;
    }
    if (line.startsWith("p")) pid = Number(value);
    else if (line.startsWith("f")) file = { pid, descriptor: value.trim(), device: null, name: null };
    else if (file !== null && line.startsWith("d")) file.device = value;
    else if (file !== null && line.startsWith("n")) file.name = value;
  }
  if (file !== null) yield file;
}

/** Where a process works, what it runs, where it writes to; null where lsof does not say. */
export type ProcessPaths = Record<ProcessPath, string | null>;

export const noPaths: ProcessPaths = { cwd: null, exe: null, stdout: null };

/** By the descriptor. */
const pathNames: Partial<Record<string, ProcessPath>> = { cwd: "cwd", txt: "exe", "1": "stdout" };

/** Reads `lsof -d cwd,txt,1 -F pfn`. The first text of a process is its program, the others are its libraries. */
export function parsePaths(output: string): Map<number, ProcessPaths> {
  const paths = new Map<number, ProcessPaths>();
  for (const { pid, descriptor, name } of openFiles(output)) {
    const known = paths.get(pid) ?? { ...noPaths };
    paths.set(pid, known);
    const what = pathNames[descriptor];
    const isPath = name?.startsWith("/") === true && !/ \([^()]*(denied|permitted|error)[^()]*\)$/i.test(name);
    if (isPath && what !== undefined) known[what] ??= name;
  }
  return paths;
}

/** Who listens on what. */
export interface Listening {
  /** TCP port → names of sockets. */
  ports: Map<number, string[]>;
  /** By process: the names of its listening sockets. */
  sockets: Map<number, Set<string>>;
}

/**
 * Reads `lsof -iTCP -sTCP:LISTEN -F pfdn`. A socket is named by its address in the kernel, which is the same in all
 * processes that share it; where lsof does not tell it, by who has it.
 */
export function parseListening(output: string): Listening {
  const listening: Listening = { ports: new Map(), sockets: new Map() };
  for (const { pid, descriptor, device, name } of openFiles(output)) {
    const port = /:(\d+)(?: \(LISTEN\))?$/.exec(name ?? "")?.[1];
    // With an arrow it is a connection.
    if (port === undefined || name?.includes("->") === true) continue;
    const socket = device ?? `${pid}/${descriptor}`;
    const sockets = listening.ports.get(Number(port)) ?? [];
    if (!sockets.includes(socket)) sockets.push(socket);
    listening.ports.set(Number(port), sockets);
    listening.sockets.set(pid, (listening.sockets.get(pid) ?? new Set()).add(socket));
  }
  return listening;
}

/** The ports that `netstat -an -p tcp` shows as listened on, by anybody, also by those whose files lsof may not list. */
export function parseNetstatPorts(output: string): Set<number> {
  const ports = new Set<number>();
  for (const line of output.split("\n")) {
    const port = /^tcp\S* +\d+ +\d+ +\S+\.(\d+) +\S+ +LISTEN\b/.exec(line)?.[1];
    if (port !== undefined) ports.add(Number(port));
  }
  return ports;
}
