import type { ProcessInfo } from "../process-info.ts";

/**
 * All that is read from the operating system about processes. Everything is asked by pid and answered for whoever has
 * it at that moment; what is hidden from us or gone is null, never an error.
 */
export interface ProcessSystem {
  /** All processes that there are, zombies included. */
  listPids(): number[];
  readProcess(pid: number): ProcessInfo | null;
  /** `NAME=value` entries, each ended by a zero byte, as latin1; empty amid an exec. */
  readEnvironment(pid: number): string | null;
  /** Also where that is deleted. */
  readPath(pid: number, what: ProcessPath): string | null;
  /** Its arguments as it shows them itself, the program first; empty where it shows none. */
  readArguments(pid: number): string[];
  /** The user it runs as. */
  readOwner(pid: number): number | null;
  readTracer(pid: number): Tracer;
  /** The process, so that another that gets its pid is never taken for it; null where nothing has that pid. */
  hold(pid: number): ProcessHold | null;

  /** TCP port → names of the sockets that listen on it, by IPv4 or IPv6. */
  readListeners(): Map<number, string[]>;
  /** Which of these sockets a process has open; newest first where that is known. */
  openSocketsAmong(pid: number, wanted: ReadonlySet<string>): Set<string>;
  readSocketCounts(): SocketCounts;
  /** The connections that end a scan for listeners; null where scans do not depend on connections. */
  readonly readFirstConnections: ((family: SocketFamily, count: number) => SocketLine[]) | null;

  /** Names the present boot. */
  readBootId(): string;
  /** Now, in milliseconds as start times count: from a zero that is the same for the whole boot. Never late. */
  nowMs(): number;
  /** The unit of `residentPages`. */
  pageBytes(): number;
  /** Reads paths, arguments and environments of many at once, where one by one takes longer; else null. Never fails. */
  readonly prefetch: ((pids: readonly number[]) => Promise<void>) | null;
}

/** Its program, its working directory, or what its standard output goes to: real paths. */
export type ProcessPath = "exe" | "cwd" | "stdout";

/** Pid of the debugger that traces a process; `unknown` where the system hides it. */
export type Tracer = number | "none" | "unknown";

/** One process for as long as it is there. */
export interface ProcessHold {
  /** As it is now; once null, null for ever. */
  read(): ProcessInfo | null;
  close(): void;
}

export type SocketFamily = "tcp" | "tcp6";

/** One TCP socket, as the kernel lists it. */
export interface SocketLine {
  port: number;
  remotePort: number;
  inode: string;
  isListening: boolean;
}

/** How many TCP sockets listen or are connected, in the machine (or its network namespace); null where not known. */
export interface SocketCounts {
  tcp: number | null;
  tcp6: number | null;
}
