import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { readProcDescriptor } from "../proc-file.ts";
import type { SocketCounts, SocketFamily, SocketLine } from "./process-system.ts";

/** A line of /proc/net/tcp has this many bytes; those of tcp6 are a little longer. */
const lineBytes = 150;
/** As many lines as the kernel gives at once. */
const mostLines = 24;
const buffer = Buffer.allocUnsafe(mostLines * lineBytes);

/** How many lines the last scan went through. Where that many are to be expected they are asked for together. */
const expectedLines = { tcp: 0, tcp6: 0 };

/**
 * Reads all TCP ports that are listened on, by IPv4 or IPv6.
 *
 * The kernel writes listening sockets first, then walks its whole table of connections, which takes 5 ms where memory
 * is large, however few there are. So no more lines are asked for than there are listeners, and the first that does not
 * listen ends it: with connections at the head of the table (see ListenScanAnchor) a scan takes 0.2 ms.
 */
export function readListeners(): Map<number, string[]> {
  const listeners = new Map<number, string[]>();
  const add = (socket: SocketLine): boolean => {
    if (!socket.isListening) return false;
    const inodes = listeners.get(socket.port);
    if (inodes === undefined) listeners.set(socket.port, [socket.inode]);
    else inodes.push(socket.inode);
    return true;
  };
  const counts = readSocketCounts();
  if (counts.tcp !== 0) scanSockets("tcp", add);
  if (counts.tcp6 !== 0) scanSockets("tcp6", add);
  return listeners;
}

/** The connections at the head of the kernel's table, which end every scan for listeners; fewer where there are fewer. */
export function readFirstConnections(family: SocketFamily, count: number): SocketLine[] {
  const first: SocketLine[] = [];
  scanSockets(family, (socket) => {
    if (!socket.isListening) first.push(socket);
    return first.length < count;
  });
  return first;
}

/** Goes through the table's lines as long as `visit` says true. */
function scanSockets(family: SocketFamily, visit: (socket: SocketLine) => boolean): void {
  let descriptor: number;
  try {
    descriptor = openSync(`/proc/net/${family}`, "r");
  } catch {
    return; // Without IPv6 there is no tcp6.
  }
  let seen = 0;
  try {
    let rest = "";
    for (;;) {
      const together = Math.min(mostLines, Math.max(1, expectedLines[family] - seen));
      const length = readSync(descriptor, buffer, 0, together * lineBytes, null);
      if (length === 0) return;
      const lines = (rest + buffer.toString("latin1", 0, length)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const socket = parseSocketLine(line);
        if (socket !== null && !visit(socket)) return;
        seen++;
      }
    }
  } finally {
    expectedLines[family] = seen;
    closeSync(descriptor);
  }
}

/** Number, local and remote address with port, state, queues, timer, retransmits, user, timeout, inode. */
const socketLine = /^ *\d+: [\dA-F]+:([\dA-F]{4}) [\dA-F]+:([\dA-F]{4}) ([\dA-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/;

/** One line of /proc/net/tcp or tcp6; null for the header. */
export function parseSocketLine(line: string): SocketLine | null {
  const match = socketLine.exec(line);
  if (match === null) return null;
  const [, port = "", remotePort = "", state = "", inode = ""] = match;
  return {
    port: Number.parseInt(port, 16),
    remotePort: Number.parseInt(remotePort, 16),
    inode,
    isListening: state === "0A",
  };
}

/** Open for the life of the process; a read takes 2 µs, opening ten times that. */
let sockstat: number | null = null;
let sockstat6: number | null = null;

/** Reads the counts, in about 5 µs. While they stay the same it is very likely that nobody began to listen. */
export function readSocketCounts(): SocketCounts {
  sockstat ??= openOrMinusOne("/proc/net/sockstat");
  sockstat6 ??= openOrMinusOne("/proc/net/sockstat6");
  return { tcp: countOf(sockstat, /^TCP: inuse (\d+)/m), tcp6: countOf(sockstat6, /^TCP6: inuse (\d+)/m) };
}

function openOrMinusOne(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    return -1;
  }
}

function countOf(descriptor: number, pattern: RegExp): number | null {
  const text = descriptor < 0 ? null : readProcDescriptor(descriptor);
  const match = text === null ? null : pattern.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Which of the sockets a process has open; none where it is gone or another user's. Newest descriptors first, so a fresh listener is found at once. */
export function openSocketsAmong(pid: number, wanted: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const descriptors = openDescriptorsOf(pid);
  for (let i = descriptors.length - 1; i >= 0 && found.size < wanted.size; i--) {
    const inode = socketInodeAt(pid, descriptors[i] as string);
    if (inode !== null && wanted.has(inode)) found.add(inode);
  }
  return found;
}

function openDescriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function socketInodeAt(pid: number, descriptor: string): string | null {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return target.startsWith("socket:[") ? target.slice(8, -1) : null;
  } catch {
    return null; // Closed in the meantime.
  }
}
