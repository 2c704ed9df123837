import type { SocketCounts } from "./system/process-system.ts";
import { system } from "./system/this-system.ts";

/** Who listens: TCP port → names (on Linux inodes) of the sockets that do. */
export type PortTable = ReadonlyMap<number, readonly string[]>;

/** Reads all TCP ports that are listened on, by IPv4 or IPv6. */
export function readListeners(): Map<number, string[]> {
  return system.readListeners();
}

/** Reads the counts, in about 5 µs. While they stay the same it is very likely that nobody began to listen. */
export function readSocketCounts(): SocketCounts {
  return system.readSocketCounts();
}

/** Which of the sockets a process has open; none where it is gone or another user's. */
export function openSocketsAmong(pid: number, wanted: ReadonlySet<string>): Set<string> {
  return system.openSocketsAmong(pid, wanted);
}
