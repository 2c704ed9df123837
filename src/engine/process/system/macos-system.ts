import { execFile, spawnSync } from "node:child_process";
import type { ProcessInfo } from "../process-info.ts";
import {
  type Listening,
  noPaths,
  type ProcessPaths,
  parseListening,
  parseNetstatPorts,
  parsePaths,
} from "./parse-lsof.ts";
import { type PsProcess, parseBootId, parsePs, parsePsCommands, psColumns, variablesAmong } from "./parse-ps.ts";
import type { ProcessHold, ProcessPath, ProcessSystem, SocketCounts, Tracer } from "./process-system.ts";
import { Reading } from "./reading.ts";

/** How the system is asked. */
export interface MacosTools {
  /** Runs a tool to its end and gives what it printed, whatever its exit code: lsof fails when one process of many does. */
  run(file: string, args: readonly string[]): string;
  /** The same without blocking. Never rejects. */
  start(file: string, args: readonly string[]): Promise<string>;
  /** Whether anything has this pid at this moment; takes a microsecond. */
  isThere(pid: number): boolean;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** Pids are given out in ascending order, so within this time a pid that was seen names nobody else. */
const tableLastsMs = 20;
const listeningLastsMs = 50;
const commandsLastMs = 100;
const pathsLastMs = 100;
/** What was read of many at once is asked for one by one right afterwards. */
const prefetchedLastsMs = 2_000;
/** More processes than this are not remembered one by one. */
const mostPaths = 4_096;

const lsofFlags = ["-w", "-n", "-P", "-l"];
const pathArgs = (pids: readonly number[]): string[] => [
  ...lsofFlags,
  "-a",
  "-d",
  "cwd,txt,1",
  "-F",
  "pfn",
  "-p",
  pids.join(","),
];
const argumentArgs = ["-axww", "-o", "pid=,command="];
const environmentArgs = ["-axEww", "-o", "pid=,command="];

/**
 * macOS, through ps, lsof, netstat and sysctl. What they say holds for some milliseconds, so that many questions in a
 * row start one program. Start times count from the epoch, in whole seconds.
 */
export class MacosSystem implements ProcessSystem {
  readonly readFirstConnections = null;
  readonly #tools: MacosTools;
  readonly #table: Reading<Map<number, PsProcess>>;
  readonly #arguments: Reading<Map<number, string>>;
  readonly #environments: Reading<Map<number, string>>;
  readonly #listening: Reading<Listening>;
  readonly #paths = new Map<number, Reading<ProcessPaths>>();
  #bootId: string | null = null;

  constructor(tools: MacosTools = systemTools) {
    this.#tools = tools;
    this.#table = new Reading(
      (before) => {
        const processes = parsePs(tools.run("/bin/ps", ["-axww", "-o", psColumns]));
        // It lists itself at least, so with nobody in it, it failed; who has gone meanwhile is told by signal 0.
        return processes.size === 0 && before !== null ? before : processes;
      },
      tableLastsMs,
      tools.now,
    );
    this.#arguments = new Reading(() => parsePsCommands(tools.run("/bin/ps", argumentArgs)), commandsLastMs, tools.now);
    this.#environments = new Reading(
      () => parsePsCommands(tools.run("/bin/ps", environmentArgs)),
      commandsLastMs,
      tools.now,
    );
    this.#listening = new Reading(() => this.#readListening(), listeningLastsMs, tools.now);
  }

  listPids(): number[] {
    return [...this.#table.get().keys()];
  }

  readProcess(pid: number): ProcessInfo | null {
    return this.#find(pid)?.info ?? null;
  }

  readEnvironment(pid: number): string | null {
    const command = this.#environments.get((known) => known.has(pid)).get(pid);
    return command === undefined ? null : variablesAmong(command);
  }

  readPath(pid: number, what: ProcessPath): string | null {
    return this.#pathsOf(pid).get()[what];
  }

  /** Parted at blanks, as ps does not show where an argument ends. */
  readArguments(pid: number): string[] {
    const command = this.#arguments.get((known) => known.has(pid)).get(pid) ?? "";
    return command.split(" ").filter((word) => word !== "");
  }

  readOwner(pid: number): number | null {
    return this.#find(pid)?.uid ?? null;
  }

  /** A tracer becomes the parent of what it traces. */
  readTracer(pid: number): Tracer {
    const process = this.#find(pid);
    if (process === null) return "unknown";
    return process.isTraced ? process.info.ppid : "none";
  }

  hold(pid: number): ProcessHold | null {
    let held = this.readProcess(pid);
    if (held === null) return null;
    const { startTicks } = held;
    return {
      read: () => {
        const now = held === null ? null : this.readProcess(pid);
        held = now?.startTicks === startTicks ? now : null;
        return held;
      },
      close: () => {
        held = null;
      },
    };
  }

  readListeners(): Map<number, string[]> {
    return new Map(this.#listening.get().ports);
  }

  openSocketsAmong(pid: number, wanted: ReadonlySet<string>): Set<string> {
    const open = this.#listening.get().sockets.get(pid) ?? new Set<string>();
    return new Set([...open].filter((socket) => wanted.has(socket)));
  }

  readSocketCounts(): SocketCounts {
    return { tcp: null, tcp6: null };
  }

  readBootId(): string {
    this.#bootId ??= parseBootId(this.#tools.run("/usr/sbin/sysctl", ["kern.bootsessionuuid", "kern.boottime"]));
    return this.#bootId;
  }

  nowMs(): number {
    return Date.now();
  }

  /** ps counts in kilobytes. */
  pageBytes(): number {
    return 1024;
  }

  readonly prefetch = async (pids: readonly number[]): Promise<void> => {
    if (pids.length === 0) return;
    const [paths, args, environments] = await Promise.all([
      this.#tools.start("/usr/sbin/lsof", pathArgs(pids)),
      this.#tools.start("/bin/ps", argumentArgs),
      this.#tools.start("/bin/ps", environmentArgs),
    ]);
    this.#arguments.set(parsePsCommands(args), prefetchedLastsMs);
    this.#environments.set(parsePsCommands(environments), prefetchedLastsMs);
    const found = parsePaths(paths);
    this.#paths.clear();
    for (const pid of pids) this.#pathsOf(pid).set(found.get(pid) ?? noPaths, prefetchedLastsMs);
  };

  #find(pid: number): PsProcess | null {
    if (!this.#tools.isThere(pid)) return null;
    return this.#table.get((known) => known.has(pid)).get(pid) ?? null;
  }

  #pathsOf(pid: number): Reading<ProcessPaths> {
    const known = this.#paths.get(pid);
    if (known !== undefined) return known;
    if (this.#paths.size >= mostPaths) this.#paths.clear();
    const reading = new Reading<ProcessPaths>(
      () => {
        const found = parsePaths(this.#tools.run("/usr/sbin/lsof", pathArgs([pid])));
        return found.get(pid) ?? noPaths;
      },
      pathsLastMs,
      this.#tools.now,
    );
    this.#paths.set(pid, reading);
    return reading;
  }

  #readListening(): Listening {
    const args = [...lsofFlags, "-iTCP", "-sTCP:LISTEN", "-F", "pfdn"];
    const listening = parseListening(this.#tools.run("/usr/sbin/lsof", args));
    for (const port of parseNetstatPorts(this.#tools.run("/usr/sbin/netstat", ["-an", "-p", "tcp"]))) {
      // Another user's: somebody listens, and nobody can be named.
      if (!listening.ports.has(port)) listening.ports.set(port, [`hidden:${port}`]);
    }
    return listening;
  }
}

const mostBytes = 64 * 1024 * 1024;
/** Dates as the parsers know them, in universal time; names as they are, where lsof would else escape them. */
const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LANG: "C", LC_CTYPE: "en_US.UTF-8", TZ: "UTC" };
const limits = { env, encoding: "utf8", maxBuffer: mostBytes, timeout: 10_000 } as const;

const systemTools: MacosTools = {
  now: () => performance.now(),
  run: (file, args) => spawnSync(file, args, { ...limits, stdio: ["ignore", "pipe", "ignore"] }).stdout ?? "",
  start: (file, args) =>
    new Promise((resolve) => {
      execFile(file, args, limits, (_, stdout) => resolve(stdout));
    }),
  isThere(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
};
