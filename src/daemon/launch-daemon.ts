import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync } from "node:fs";
import { fleetIdOf } from "../config/fleet-id.ts";
import { daemonMarkerName } from "../engine/process/markers.ts";
import { withAllocator } from "./allocator.ts";
import { paths } from "./paths.ts";

/** How a daemon process is made. */
export interface LaunchOptions {
  /** The daemon's bundle. */
  daemonEntry: string;
  nodePath: string;
  env: NodeJS.ProcessEnv;
}

/** A daemon process that was started and may become the fleet's daemon, or find that there is one. */
export interface Launch {
  pid: number | null;
  /** Null while it lives; `code` is null where it was killed or could not be executed, `what` says it in words. */
  ended(): { code: number | null; what: string } | null;
  /**
   * For a process that turned out not to be needed: still on its way, it would become the daemon of a fleet that was taken
   * down meanwhile. It is our child and not waited for yet, so the signal cannot meet another process.
   */
  cancel(): void;
  /** Where in daemon.log its messages begin. */
  logOffset: number;
}

/**
 * Starts a daemon process in a session of its own, with daemon.log as its stdout and stderr. Apart from the engine's
 * drivers this is the only place that spawns.
 */
export function launchDaemon(root: string, options: LaunchOptions): Launch {
  const log = openSync(paths.daemonLog(root), "a", 0o600);
  const logOffset = fstatSync(log).size;
  let ended: { code: number | null; what: string } | null = null;
  let child: ChildProcess;
  try {
    child = spawn(options.nodePath, [...nodeFlags, options.daemonEntry, "--root", root], {
      cwd: root,
      env: { ...daemonEnv(options.env), [daemonMarkerName]: fleetIdOf(root) },
      detached: true,
      stdio: ["ignore", log, log],
    });
  } finally {
    closeSync(log);
  }
  child.once("error", (error) => {
    ended = { code: null, what: error.message };
  });
  child.once("exit", (code, signal) => {
    ended ??= { code, what: code === null ? `killed by ${signal}` : `exit code ${code}` };
  });
  child.unref();
  return { pid: child.pid ?? null, ended: () => ended, cancel: () => void child.kill(), logOffset };
}

/**
 * Reads a line; where there is none to be had any more, becomes a daemon. What it is handed: the daemon's log, then the
 * command. It has no descriptor but the pipe, so that nothing else hangs on its life.
 */
const watchdogScript = 'read -r word && exit 0; log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1';

/** A small process beside the daemon; see `launchWatchdog`. */
export interface Watchdog {
  /** It is not needed any more, and ends. */
  release(): void;
}

/**
 * Starts a shell, in a session of its own, that waits on a pipe from this process: when this process ends without having
 * released it, however that comes about, the shell becomes the next daemon. `onEnd` is told where it ends before that.
 */
export function launchWatchdog(root: string, options: LaunchOptions & { onEnd: () => void }): Watchdog {
  const command = [options.nodePath, ...nodeFlags, options.daemonEntry, "--root", root, "--after-a-death"];
  const child = spawn("/bin/sh", ["-c", watchdogScript, "orchestra-watchdog", paths.daemonLog(root), ...command], {
    cwd: root,
    env: { ...daemonEnv(options.env), [daemonMarkerName]: fleetIdOf(root) },
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  let isReleased = false;
  const onEnd = (): void => {
    if (!isReleased) options.onEnd();
    isReleased = true;
  };
  child.once("error", onEnd);
  child.once("exit", onEnd);
  // It may be killed in any moment; that is told by its end.
  child.stdin.on("error", () => {});
  child.unref();
  return {
    release: () => {
      isReleased = true;
      child.stdin.end("released\n");
    },
  };
}

/**
 * A daemon lives for days and is idle for most of them, so its heap is kept small rather than fast: with its defaults V8
 * lets garbage of a large start stand for good, and compiles code that will not run again (bench/watch-daemon.ts). The warning
 * is that of node:sqlite on Node 22.
 */
const nodeFlags = [
  "--max-semi-space-size=2",
  "--heap-growing-percent=20",
  "--no-maglev",
  "--disable-warning=ExperimentalWarning",
];

/** What a service or a debugger set for its own children is not meant for a process that outlives them. */
function daemonEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("ORCHESTRA_") && name !== "NODE_OPTIONS");
  return withAllocator(Object.fromEntries(kept));
}
